package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM: what is in flight is answered, every process ends, the exit code is 0, and it does not take longer than it may. */
class StopIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void anIdleCoreStopsAtOnce(String signal) {
        CoreProcess core = cores.start("failing.js");
        core.get("/ok");

        Signals.send(signal, core.pid());
        var ended = core.end();

        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(Duration.ofSeconds(3));
        assertNothingIsLeft(core);
        CoreProcess.say("stop when idle, SIG" + signal + ": " + ended.took().toMillis() + " ms");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 200})
    void allThatIsInFlightIsAnswered(int count) {
        CoreProcess core = cores.start("gate.js");
        List<Wire> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(core.connect().request("POST", "/invoke", new byte[10]));
        }
        core.awaitStdout("begun POST /invoke", count);

        core.terminate();
        awaitDraining(core);
        Signals.send("USR2", core.workerPid());

        for (Wire wire : all) {
            var answer = wire.answer();
            assertThat(answer.text()).isEqualTo("last");
            assertThat(answer.header("connection")).isEqualToIgnoringCase("close");
            wire.close();
        }
        var ended = core.end();
        assertThat(ended.code()).isZero();
        assertNothingIsLeft(core);
        CoreProcess.say("stop after the last of " + count + " in flight: "
                + ended.took().toMillis() + " ms");
    }

    @Test
    void aStreamIsFinished() {
        CoreProcess core = cores.start("gate.js");
        try (Wire wire = core.connect()) {
            wire.request("GET", "/stream", null);
            assertThat(wire.readHead().status()).isEqualTo(200);
            assertThat(new String(wire.readChunk(), StandardCharsets.UTF_8)).isEqualTo("first,");

            core.terminate();
            awaitDraining(core);
            Signals.send("USR2", core.workerPid());

            assertThat(new String(wire.readChunk(), StandardCharsets.UTF_8)).isEqualTo("last");
            assertThat(wire.readChunk()).isEmpty();
        }
        assertThat(core.end().code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&length"})
    void aSlowReaderGetsTheWholeAnswer(String length) {
        CoreProcess core = cores.start("answers.js");
        int bytes = 20_000_000;
        try (Wire wire = core.connect()) {
            wire.head("GET", "/down?bytes=" + bytes + length);
            core.awaitStdout("begun GET /down");

            core.terminate();
            awaitDraining(core);

            assertThat(wire.answer().body()).hasSize(bytes);
        }
        assertThat(core.end().code()).isZero();
    }

    @Test
    void anInitializationIsFinished() {
        CoreProcess core = cores.with("hooks.js").env("HOLD", "1").start().listening();
        try (Wire wire = core.connect()) {
            wire.request("POST", "/initialize", new byte[0]);
            core.awaitStdout("called POST /initialize");

            core.terminate();
            awaitDraining(core);
            Signals.send("USR2", core.workerPid());

            assertThat(wire.answer().text()).endsWith(" initialized");
        }
        assertThat(core.end().code()).isZero();
        assertThat(core.countInStdout("called GET /pre-stop")).isEqualTo(1);
    }

    @Test
    void newConnectionsDuringTheDrainAreStillAnswered() {
        CoreProcess core = cores.start("gate.js");
        try (Wire wire = core.connect()) {
            wire.request("GET", "/held", null);
            core.awaitStdout("begun GET /held");
            core.terminate();
            awaitDraining(core);

            var quick = core.get("/quick");

            assertThat(quick.text()).isEqualTo("last");
            assertThat(quick.header("connection")).isEqualToIgnoringCase("close");
            Signals.send("USR2", core.workerPid());
            assertThat(wire.answer().text()).isEqualTo("last");
        }
        assertThat(core.end().code()).isZero();
    }

    @Test
    void whatDoesNotFinishInTheGracePeriodGetsItsFailure() {
        CoreProcess core =
                cores.with("gate.js").env("POLYFN_GRACE", "2s").start().listening();
        try (Wire http = core.connect();
                Wire event = core.connect();
                Wire stream = core.connect()) {
            http.request("GET", "/held", null);
            event.request("POST", "/invoke", new byte[0]);
            stream.request("GET", "/stream", null);
            core.awaitStdout("begun GET /held")
                    .awaitStdout("begun POST /invoke")
                    .awaitStdout("begun GET /stream");
            assertThat(stream.readHead().status()).isEqualTo(200);

            long from = System.nanoTime();
            core.terminate();

            var failed = http.answer();
            assertThat(failed.status()).isEqualTo(503);
            assertThat(failed.failure()).isEqualTo("Draining");
            var failedEvent = event.answer();
            assertThat(failedEvent.status()).isEqualTo(404);
            assertThat(failedEvent.failure()).isEqualTo("Draining");
            assertThat(new String(stream.readChunk(), StandardCharsets.UTF_8)).isEqualTo("first,");
            assertThat(stream.ended()).isTrue();
            assertThat(core.end().code()).isZero();
            Duration all = Duration.ofNanos(System.nanoTime() - from);
            assertThat(all).isBetween(Duration.ofSeconds(1), Duration.ofMillis(3500));
            CoreProcess.say("stop with a grace period of 2 s and requests that never end: " + all.toMillis() + " ms");
        }
        assertNothingIsLeft(core);
    }

    @Test
    void aWorkerThatIgnoresTheSignalIsKilled() {
        CoreProcess core = cores.with("gate.js")
                .env("IGNORE_TERM", "1")
                .env("POLYFN_GRACE", "3s")
                .start()
                .listening();

        var ended = core.stop();

        assertThat(core.stdout()).contains("SIGTERM ignored");
        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(Duration.ofMillis(4500));
        assertNothingIsLeft(core);
        CoreProcess.say("stop with a worker that ignores SIGTERM, grace 3 s: "
                + ended.took().toMillis() + " ms");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "setsid sleep 1000 & exec node failing.js",
                "setsid sh -c 'trap \"\" TERM; sleep 1000; sleep 1000' & exec node failing.js",
                "(sleep 1000 &) ; node failing.js; true",
            })
    void grandchildrenInSessionsOfTheirOwnEndToo(String script) {
        CoreProcess core = cores.command("sh", "-c", script)
                .env("POLYFN_GRACE", "3s")
                .start()
                .listening();
        await().until(() -> left(core).size() >= 2);

        assertThat(core.stop().code()).isZero();

        assertNothingIsLeft(core);
    }

    @Test
    void grandchildrenOfADeadWorkerAreGoneBeforeTheNextStarts() {
        CoreProcess core = cores.command("sh", "-c", "setsid sleep 1000 & exec node failing.js")
                .start()
                .listening();
        await().until(() -> left(core).size() == 2);
        List<Long> before = left(core);

        core.get("/kill");
        core.awaitReadyWorkers(2);

        assertThat(left(core)).doesNotContainAnyElementsOf(before);
    }

    @Test
    void aSecondSigtermChangesNothing() {
        CoreProcess core = cores.start("gate.js");
        Wire wire = core.connect().request("GET", "/held", null);
        core.awaitStdout("begun GET /held");
        core.terminate();
        awaitDraining(core);

        core.terminate();
        Signals.send("USR2", core.workerPid());

        assertThat(wire.answer().text()).isEqualTo("last");
        wire.close();
        assertThat(core.end().code()).isZero();
        assertNothingIsLeft(core);
    }

    /** Whoever presses Ctrl-C twice does not want to wait. */
    @Test
    void aSecondSigintEndsTheCoreAtOnce() {
        CoreProcess core = cores.start("gate.js");
        try (Wire wire = core.connect()) {
            wire.request("GET", "/held", null);
            core.awaitStdout("begun GET /held");
            Signals.send("INT", core.pid());
            awaitDraining(core);

            Signals.send("INT", core.pid());
            var ended = core.end();

            assertThat(ended.code()).isEqualTo(130);
            assertThat(ended.took()).isLessThan(Duration.ofSeconds(2));
        }
        assertNothingIsLeft(core);
    }

    @Test
    void aSignalBeforeTheWorkerIsReadyStopsTheCoreToo() {
        CoreProcess core = cores.command("sleep", "1000").start();
        // The worker is there first, on a thread of its own; the event loop when the core listens for signals.
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !left(core).isEmpty() && core.threads().contains("vert.x-eventloo"));

        var ended = core.stop();

        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(Duration.ofSeconds(5));
        assertThat(core.stderr()).doesNotContain("listening on");
        assertNothingIsLeft(core);
        CoreProcess.say("stop during the start: " + ended.took().toMillis() + " ms");
    }

    @Test
    void aSignalWhileAWorkerIsToBeStartedAgainStopsTheCoreToo() {
        CoreProcess core = cores.command("sh", "-c", "exit 1").start().listening();
        core.awaitStderr("restarting in 400 ms");

        var ended = core.stop();

        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(Duration.ofSeconds(3));
        assertNothingIsLeft(core);
    }

    @Test
    void aCallerThatWaitsForAWorkerIsAnsweredWhenTheCoreStops() {
        CoreProcess core = cores.command(
                        "sh", "-c", "[ -f $NOTE ] && exec sleep 1000; touch $NOTE; exec node failing.js")
                .env("NOTE", folder.resolve("note"))
                .env("POLYFN_GRACE", "1s")
                .managed()
                .start()
                .listening();
        core.get("/kill");
        try (Wire wire = core.connect()) {
            wire.request("GET", "/waited", null, "x-fc-request-id: waiting");
            core.awaitInFlight(1);

            core.terminate();

            assertThat(wire.answer().failure()).isEqualTo("Draining");
        }
        assertThat(core.end().code()).isZero();
        assertNothingIsLeft(core);
    }

    /** Answers tell the caller to close its connection from the moment on that the stop has begun. */
    private static void awaitDraining(CoreProcess core) {
        await("the drain")
                .atMost(Duration.ofSeconds(10))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> core.get("/quick").header("connection").equalsIgnoreCase("close"));
    }

    private static List<Long> left(CoreProcess core) {
        return Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-");
    }

    private static void assertNothingIsLeft(CoreProcess core) {
        assertThat(left(core))
                .as("processes of the worker that outlived the core")
                .isEmpty();
    }
}
