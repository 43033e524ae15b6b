package io.polyfn.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogMarkersTest {
    private static final String ID = "1-67a59f35-150c1267-f381ba1c085c";
    private static final String START = "FC Invoke Start RequestId: " + ID + "\n";
    private static final String END = "FC Invoke End RequestId: " + ID + "\n";
    private static final String END_WITH_ERROR =
            "FC Invoke End RequestId: " + ID + ", Error: Unhandled function error\n";
    private static final Outcome WORKER_EXITED = new Outcome("WorkerExited", false, true, "the worker exited");

    private final List<String> lines = new ArrayList<>();
    private final LogMarkers markers = new LogMarkers(lines::add);

    @ParameterizedTest
    @ValueSource(strings = {"Invoke", "Initialize", "PreFreeze", "PreStop"})
    void eachLineIsExactlyThePlatforms(String subject) {
        Call call = call(subject);

        markers.started(call);
        assertThat(lines).isEmpty();
        markers.forwarded(call, false);
        assertThat(lines).containsExactly("FC " + subject + " Start RequestId: " + ID + "\n");
        markers.ending(call, Outcome.SUCCESS);

        assertThat(lines)
                .containsExactly(
                        "FC " + subject + " Start RequestId: " + ID + "\n",
                        "FC " + subject + " End RequestId: " + ID + "\n");
    }

    @Test
    void anUnhandledErrorIsInTheEndLine() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.ending(call, Outcome.functionError(true, "the function responded with status 404"));

        assertThat(lines).containsExactly(START, END_WITH_ERROR);
    }

    @Test
    void anErrorThatTheFunctionRespondsWithOnPurposeIsNot() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.ending(call, Outcome.functionError(false, "the function responded with status 500"));

        assertThat(lines).containsExactly(START, END);
    }

    @Test
    void eachLineIsWrittenOnceHoweverOftenItIsDue() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.forwarded(call, false);
        markers.ending(call, Outcome.SUCCESS);
        markers.ended(call, WORKER_EXITED);

        assertThat(lines).containsExactly(START, END);
    }

    @Test
    void aCallThatReachesNoWorkerHasBothLines() {
        Call call = call("Invoke");
        markers.started(call);
        markers.ending(call, new Outcome("WorkerStartFailed", false, true, "no worker"));

        assertThat(lines).containsExactly(START, END_WITH_ERROR);
    }

    @Test
    void aCallWhoseCallerDisconnectedHasAnEndLine() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.ended(call, new Outcome("CallerLeft", false, false, "disconnected"));

        assertThat(lines).containsExactly(START, END);
    }

    @Test
    void aWorkerThatPrintsItsOwnGetsNoPairFromTheCore() {
        Call call = call("Invoke");
        markers.forwarded(call, true);
        markers.ending(call, Outcome.SUCCESS);
        markers.ended(call, Outcome.SUCCESS);
        Call failed = call("Invoke");
        markers.forwarded(failed, true);
        markers.ending(failed, Outcome.functionError(true, "the function responded with status 404"));
        markers.ended(failed, Outcome.functionError(true, "the function responded with status 404"));

        assertThat(lines).isEmpty();
    }

    @Test
    void aWorkerThatExitsBeforeItPrintedItsEndGetsItFromTheCore() {
        Call call = call("Invoke");
        markers.forwarded(call, true);
        markers.ending(call, WORKER_EXITED);
        markers.ended(call, WORKER_EXITED);

        assertThat(lines).containsExactly(END_WITH_ERROR);
    }

    private static Call call(String subject) {
        return new Call(ID, "event", subject, "/invoke", null);
    }
}
