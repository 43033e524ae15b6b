package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /initialize}, {@code /pre-freeze}, {@code /pre-stop}: called as often as the contract says, and no more. */
class HooksIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @Test
    void theInitializerSucceedsOnce() {
        CoreProcess core = cores.start("hooks.js");

        for (int i = 0; i < 3; i++) {
            var answer = initialize(core, "x-fc-request-id: init-" + i);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("x-fc-status")).isEqualTo("200");
        }

        assertThat(core.stdout().lines())
                .containsExactly(
                        "FC Initialize Start RequestId: init-0",
                        "called POST /initialize init-0",
                        "FC Initialize End RequestId: init-0");
    }

    /** Servers of other frameworks know nothing of hooks, and the core's stop calls one (contract 2.3.2). */
    @Test
    void aHookThatAServerDoesNotHaveIsNoFailure() {
        CoreProcess core = cores.start("no-hooks.js");

        assertThat(core.get("/pre-freeze", "x-fc-request-id: frozen").status()).isEqualTo(404);
        assertThat(core.stop().code()).isZero();

        assertThat(core.stdout())
                .contains("FC PreFreeze End RequestId: frozen\n", "FC PreStop End RequestId: ")
                .doesNotContain("Error");
        assertThat(core.stderr()).doesNotContain("WARN", "FunctionError");
    }

    @Test
    void anInitializerThatAServerDoesNotHaveWasWanted() {
        CoreProcess core = cores.start("no-hooks.js");

        assertThat(initialize(core, "x-fc-request-id: init").status()).isEqualTo(404);

        assertThat(core.stdout()).contains("FC Initialize End RequestId: init, Error: Unhandled function error");
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500})
    void afterAFailureTheInitializerRunsAgain(int status) {
        CoreProcess core =
                cores.with("hooks.js").env("FAIL_FIRST", status).start().listening();

        var failed = initialize(core, "x-fc-request-id: first");
        var second = initialize(core, "x-fc-request-id: second");
        initialize(core);

        assertThat(failed.status()).isEqualTo(status);
        assertThat(failed.header("x-fc-status")).isEqualTo("404");
        assertThat(failed.text()).isEqualTo("not yet");
        assertThat(second.status()).isEqualTo(200);
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(2);
        assertThat(core.stdout())
                .contains("FC Initialize End RequestId: first, Error: Unhandled function error\n")
                .contains("FC Initialize End RequestId: second\n");
    }

    @Test
    void initializersAtTheSameTimeShareOneRun() {
        CoreProcess core = cores.with("hooks.js").env("HOLD", "1").start().listening();
        try (Wire first = core.connect();
                Wire second = core.connect()) {
            first.request("POST", "/initialize", new byte[0]);
            core.awaitStdout("called POST /initialize");
            second.request("POST", "/initialize", new byte[0]);
            // A later request that has been answered shows that the core has read the second one.
            core.get("/state");

            Signals.send("USR2", core.workerPid());

            assertThat(first.answer().text()).endsWith(" initialized");
            assertThat(second.answer().text()).endsWith(" initialized");
        }
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(1);
    }

    @Test
    void aReplacementIsInitializedBeforeItGetsInvocations() {
        CoreProcess core = cores.start("hooks.js");
        String before = initialize(core, "x-fc-function-name: kept").text();

        assertThat(core.get("/exit").failure()).isEqualTo("WorkerExited");

        String after = core.get("/state").text();
        assertThat(after).endsWith(" initialized").isNotEqualTo(before);
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(2);
        assertThat(initialize(core).status()).isEqualTo(200);
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(2);
    }

    @Test
    void aReplacementOfAWorkerThatNobodyInitializedIsNotInitialized() {
        CoreProcess core = cores.start("hooks.js");

        core.get("/exit");

        assertThat(core.get("/state").text()).endsWith(" not initialized");
    }

    @Test
    void aReplacementWhoseInitializationHangsDoesNotBlockForEver() throws Exception {
        Path hold = folder.resolve("hold");
        CoreProcess core = cores.with("hooks.js")
                .env("HOLD_ONCE", hold)
                .env("POLYFN_START_TIMEOUT", "2s")
                .start()
                .listening();
        initialize(core);
        Files.createFile(hold);
        core.get("/exit");

        assertThat(core.get("/state").failure()).isEqualTo("WorkerStartFailed");
    }

    @Test
    void theInitializerHasItsOwnTime() throws Exception {
        Path hold = folder.resolve("hold");
        Files.createFile(hold);
        CoreProcess core = cores.with("hooks.js").env("HOLD_ONCE", hold).start().listening();

        var late = initialize(core, "x-fc-initialization-timeout: 1");
        Files.delete(hold);
        var again = initialize(core, "x-fc-initialization-timeout: 1");

        assertThat(late.status()).isEqualTo(404);
        assertThat(late.failure()).isEqualTo("DeadlineExceeded");
        assertThat(again.status()).isEqualTo(200);
    }

    /** Its time limit is that of the call that began it; a platform that sends none gives it five minutes (contract 2.2.5). */
    @ParameterizedTest
    @ValueSource(strings = {"push", "pull"})
    void aRunThatHangsEndsForAllWhoShareIt(String link) throws Exception {
        Path hold = folder.resolve("hold");
        Files.createFile(hold);
        CoreProcess core = (link.equals("push") ? cores.with("hooks.js") : cores.poller("fc", 2))
                .env("HOLD_ONCE", hold)
                .start()
                .listening();
        try (Wire first = core.connect();
                Wire second = core.connect()) {
            first.request("POST", "/initialize", new byte[0], "x-fc-initialization-timeout: 1");
            core.awaitStdout(link.equals("push") ? "called POST /initialize" : "hook 1");
            second.request("POST", "/initialize", new byte[0]);

            assertThat(first.answer().failure()).isEqualTo("DeadlineExceeded");
            assertThat(second.answer().failure()).isEqualTo("DeadlineExceeded");
        }
        Files.delete(hold);
        assertThat(initialize(core).status()).isEqualTo(200);
    }

    @Test
    void preFreezeIsPassedEachTime() {
        CoreProcess core = cores.start("hooks.js");

        for (int i = 0; i < 3; i++) {
            assertThat(core.get("/pre-freeze", "x-fc-request-id: freeze").status())
                    .isEqualTo(200);
        }
        assertThat(core.get("/elsewhere", "x-fc-control-path: /pre-freeze").status())
                .isEqualTo(200);

        assertThat(core.countInStdout("called GET /pre-freeze freeze")).isEqualTo(3);
        assertThat(core.countInStdout("called GET /pre-freeze")).isEqualTo(4);
        assertThat(core.countInStdout("FC PreFreeze Start RequestId: freeze\n")).isEqualTo(3);
        assertThat(core.countInStdout("FC PreFreeze End RequestId: freeze\n")).isEqualTo(3);
        assertThat(core.stdout()).doesNotContain("FC Invoke");
    }

    @Test
    void preStopIsCalledOnceWhereThePlatformCallsIt() {
        CoreProcess core = cores.start("hooks.js");

        assertThat(core.get("/pre-stop", "x-fc-request-id: stop").status()).isEqualTo(200);
        assertThat(core.stop().code()).isZero();

        assertThat(core.countInStdout("called GET /pre-stop")).isEqualTo(1);
        assertThat(core.stdout()).contains("FC PreStop Start RequestId: stop\n", "FC PreStop End RequestId: stop\n");
    }

    @Test
    void preStopIsCalledOnceWhereNobodyCallsIt() {
        CoreProcess core = cores.start("hooks.js");

        assertThat(core.stop().code()).isZero();

        assertThat(core.countInStdout("called GET /pre-stop")).isEqualTo(1);
        assertThat(core.countInStdout("FC PreStop Start")).isEqualTo(1);
        assertThat(core.countInStdout("FC PreStop End")).isEqualTo(1);
    }

    @Test
    void hookPathsWithOtherMethodsAreOrdinaryRequests() {
        CoreProcess core = cores.start("hooks.js");

        core.get("/initialize", "x-fc-request-id: 1");
        core.call("POST", "/pre-stop", new byte[0], "x-fc-request-id: 2");
        core.call("POST", "/initialize", new byte[0], "x-fc-request-id: 3", "x-fc-control-path: /http-invoke");

        assertThat(core.stdout())
                .contains("called GET /initialize 1", "called POST /pre-stop 2", "called POST /initialize 3")
                .doesNotContain("FC Initialize", "FC PreStop");
    }

    @Test
    void hooksCarryTheTraceOfTheCaller() {
        CoreProcess core = cores.start("echo.js");
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        for (String hook : List.of("POST /initialize", "GET /pre-freeze", "GET /pre-stop")) {
            String[] call = hook.split(" ", -1);
            assertThat(core.call(call[0], call[1], null, "traceparent: " + trace)
                            .text())
                    .contains("\"url\":\"" + call[1] + "\"", "\"traceparent\",\"" + trace + "\"");
        }
    }

    @Test
    void aHookInADyingWorkerGetsItsAnswer() {
        CoreProcess core = cores.with("gate.js").start().listening();
        try (Wire wire = core.connect()) {
            wire.request("GET", "/pre-freeze", null);
            core.awaitStdout("begun GET /pre-freeze");

            Signals.send("KILL", core.workerPid());

            assertThat(wire.answer().failure()).isEqualTo("WorkerExited");
        }
    }

    @Test
    void aCallerThatLeavesAHookDoesNotHoldUpTheStop() {
        CoreProcess core = cores.with("hooks.js").env("HOLD", "1").start().listening();
        try (Wire wire = core.connect()) {
            wire.request("POST", "/initialize", new byte[0]);
            core.awaitStdout("called POST /initialize");
        }

        var ended = core.stop();

        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void aHookWithABodyIsAnsweredAndSoIsTheNextRequest() {
        CoreProcess core = cores.start("hooks.js");
        try (Wire wire = core.connect()) {
            assertThat(wire.request("POST", "/initialize", new byte[100_000])
                            .answer()
                            .status())
                    .isEqualTo(200);
            assertThat(wire.request("GET", "/pre-freeze", null).answer().status())
                    .isEqualTo(200);
        }
    }

    /** All that a platform wants of it is a status and a text for its log. */
    @ParameterizedTest
    @ValueSource(strings = {"POST /initialize", "GET /pre-freeze", "GET /pre-stop"})
    void aHooksResponseIsCutOffWhereItIsNoWordAnyMore(String hook) {
        CoreProcess core = cores.with("hooks.js").env("ENDLESS", "1").start().listening();
        String[] call = hook.split(" ", -1);

        var answer = core.call(call[0], call[1], new byte[0]);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasSize(64 * 1024);
        core.awaitStdout("cut off");
        assertThat(core.get("/state").text()).endsWith("initialized");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void soItIsOnThePullLink() {
        CoreProcess core =
                cores.poller("fc", 1).env("LARGE_HOOKS", 60_000_000).start().listening();

        assertThat(initialize(core).body()).hasSize(64 * 1024);
        assertThat(core.get("/pre-freeze").body()).hasSize(64 * 1024);

        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    private static Wire.Answer initialize(CoreProcess core, String... headers) {
        return core.call("POST", "/initialize", new byte[0], headers);
    }
}
