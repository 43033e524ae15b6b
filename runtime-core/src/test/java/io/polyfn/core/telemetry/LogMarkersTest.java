package io.polyfn.core.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.OutputStream;
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

    private final List<String> writes = new ArrayList<>();
    private final LogMarkers markers = new LogMarkers(new OutputStream() {
        @Override
        public void write(int b) {
            throw new AssertionError("a marker must be one write, not one for each byte");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            writes.add(new String(bytes, offset, length, UTF_8));
        }
    });

    @ParameterizedTest
    @ValueSource(strings = {"Invoke", "Initialize", "PreFreeze", "PreStop"})
    void eachLineIsExactlyThePlatformsAndOneWrite(String subject) {
        Call call = call(subject);

        markers.started(call);
        assertThat(writes).isEmpty();
        markers.forwarded(call, false);
        assertThat(writes).containsExactly("FC " + subject + " Start RequestId: " + ID + "\n");
        markers.ending(call, Outcome.SUCCESS);

        assertThat(writes)
                .containsExactly(
                        "FC " + subject + " Start RequestId: " + ID + "\n",
                        "FC " + subject + " End RequestId: " + ID + "\n");
    }

    @Test
    void anUnhandledErrorIsInTheEndLine() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.ending(call, Outcome.functionError(true, "the function responded with status 404"));

        assertThat(writes).containsExactly(START, END_WITH_ERROR);
    }

    @Test
    void anErrorThatTheFunctionRespondsWithOnPurposeIsNot() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.ending(call, Outcome.functionError(false, "the function responded with status 500"));

        assertThat(writes).containsExactly(START, END);
    }

    @Test
    void eachLineIsWrittenOnceHoweverOftenItIsDue() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.forwarded(call, false);
        markers.ending(call, Outcome.SUCCESS);
        markers.ended(call, WORKER_EXITED);

        assertThat(writes).containsExactly(START, END);
    }

    @Test
    void aCallThatReachesNoWorkerHasBothLines() {
        Call call = call("Invoke");
        markers.started(call);
        markers.ending(call, new Outcome("WorkerStartFailed", false, true, "no worker"));

        assertThat(writes).containsExactly(START, END_WITH_ERROR);
    }

    @Test
    void aCallWhoseCallerDisconnectedHasAnEndLine() {
        Call call = call("Invoke");
        markers.forwarded(call, false);
        markers.ended(call, new Outcome("CallerLeft", false, false, "disconnected"));

        assertThat(writes).containsExactly(START, END);
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

        assertThat(writes).isEmpty();
    }

    @Test
    void aWorkerThatExitsBeforeItPrintedItsEndGetsItFromTheCore() {
        Call call = call("Invoke");
        markers.forwarded(call, true);
        markers.ending(call, WORKER_EXITED);
        markers.ended(call, WORKER_EXITED);

        assertThat(writes).containsExactly(END_WITH_ERROR);
    }

    @Test
    void aClosedStandardOutputFailsNoInvocation() {
        LogMarkers broken = new LogMarkers(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        assertThatCode(() -> {
                    broken.forwarded(call("Invoke"), false);
                    broken.ending(call("Invoke"), Outcome.SUCCESS);
                })
                .doesNotThrowAnyException();
    }

    private static Call call(String subject) {
        return new Call(ID, "event", subject, "/invoke", null);
    }
}
