package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that ask the Runtime API and exit, hang, fail to start, have hooks or a setup of their own (contract 9): each has a core of its own. */
class PullWorkersIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @Test
    void severalCallsAtOnceAreConcurrency() {
        CoreProcess core = cores.poller("fc", 200).env("MEET", 200).start().listening();
        List<Wire> callers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            callers.add(core.connect().invoke("meet"));
        }

        for (Wire caller : callers) {
            try (caller) {
                assertThat(caller.answer().text()).isEqualTo("met");
            }
        }
    }

    @Test
    void aWorkerThatIsStuckPastTheDeadlineIsReplaced() {
        CoreProcess core = cores.poller("lambda", 1).start().listening();

        assertThat(core.invoke("hang", "x-fc-function-timeout: 1").failure()).isEqualTo("DeadlineExceeded");

        assertThat(core.invoke("next", "x-fc-function-timeout: 10").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(2);
        assertThat(core.stderr()).contains("still busy with an invocation whose deadline has passed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void aShortDeadlineFailsItsCallerAlone(String dialect) {
        CoreProcess core = cores.poller(dialect, 1).start().listening();

        assertThat(core.invoke("env", "x-fc-function-timeout: 0.001").failure()).isEqualTo("DeadlineExceeded");
        try (Wire wire = core.connect().invoke("hold", "x-fc-function-timeout: 0.5")) {
            core.awaitStdout("holding ");
            assertThat(wire.answer().failure()).isEqualTo("DeadlineExceeded");
        }
        // Waits for longer than a worker has to respond after a deadline.
        assertThat(core.invoke("env", "x-fc-function-timeout: 0.7").failure()).isEqualTo("DeadlineExceeded");
        Signals.send("USR2", core.workerPid());

        assertThat(core.invoke("env").status()).isEqualTo(200);
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aWorkerThatPollsAgainHasNoResponse() {
        CoreProcess core = cores.poller("lambda", 1).start().listening();

        assertThat(core.invoke("forget").failure()).isEqualTo("BadWorkerAnswer");

        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void aResponseThatIsNotHttpFailsItsInvocation(String dialect) {
        CoreProcess core = cores.poller(dialect, 1).start().listening();

        var failed = core.invoke("post what is not HTTP");

        assertThat(failed.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(failed.text()).contains("not valid HTTP");
        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aWorkerThatIsStuckInItsAnswerIsReplaced() {
        CoreProcess core = cores.poller("lambda", 1).start().listening();
        try (Wire wire = core.connect()) {
            wire.invoke("begin and hang", "x-fc-function-timeout: 1");
            wire.readHead();
            assertThat(wire.readText()).isEqualTo("begun");
            assertThat(wire.ended()).isTrue();
        }

        assertThat(core.invoke("next", "x-fc-function-timeout: 10").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(2);
    }

    @Test
    void aWorkerThatEndsFailsWhatItHasAndLosesNothingElse() {
        CoreProcess core = cores.poller("lambda", 1).start().listening();
        try (Wire taken = core.connect();
                Wire waiting = core.connect()) {
            taken.invoke("exit");
            core.awaitStdout("FC Invoke Start");
            waiting.invoke("another");

            var lost = taken.answer();
            assertThat(lost.failure()).isEqualTo("WorkerExited");
            assertThat(lost.text()).contains("exit code 7", "exiting as told");
            assertThat(waiting.answer().text()).isEqualTo("Hello, another");
        }
    }

    @Test
    void aWorkerThatEndsWhileItWaitsLosesNothing() {
        CoreProcess core = cores.poller("lambda", 1).start().listening();

        Signals.send("KILL", core.workerPid());

        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
    }

    @Test
    void whatIsTooLargeIsRefused() {
        CoreProcess core = cores.poller("lambda", 1)
                .env("POLYFN_MAX_EVENT_SIZE", "2K")
                .start()
                .listening();

        assertThat(core.call("POST", "/invoke", new byte[3000]).status()).isEqualTo(413);
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Transfer-Encoding: chunked").chunk(new byte[3000]);
            assertThat(wire.answer().status()).isEqualTo(413);
        }
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Transfer-Encoding: chunked").chunk(new byte[300_000]);
            assertThat(wire.answer().status()).isEqualTo(413);
        }
        var answer = core.invoke("too large");
        assertThat(answer.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(answer.text()).contains("33554432 bytes allowed");
        core.awaitStdout("too large: 413");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void fcsHooksAreCallsOfTheirOwnType() {
        CoreProcess core = cores.poller("fc", 1).start().listening();

        assertThat(core.call("POST", "/initialize", new byte[0]).status()).isEqualTo(200);
        assertThat(core.get("/pre-freeze").status()).isEqualTo(200);
        assertThat(core.get("/pre-stop").status()).isEqualTo(200);
        assertThat(core.stop().code()).isZero();

        assertThat(core.stdout().lines().filter(line -> line.startsWith("hook")))
                .containsExactly("hook 1", "hook 3", "hook 2");
    }

    @Test
    void anSdkThatPrintsTheMarkersItselfIsNotRepeated() {
        CoreProcess core = cores.poller("fc", 1)
                .env("USER_AGENT", "aliyun-fc-go/go1.15")
                .start()
                .listening();

        core.invoke("answered", "x-fc-request-id: answered");
        core.get("/pre-freeze", "x-fc-request-id: frozen");
        core.invoke("exit", "x-fc-request-id: lost");

        assertThat(core.stdout().lines())
                .as("what the SDK did not come to print")
                .filteredOn(line -> line.startsWith("FC "))
                .containsExactly("FC Invoke End RequestId: lost, Error: Unhandled function error");
    }

    @Test
    void anInvocationThatWaitsForSuchAnSdkHasOnePairOfMarkers() throws Exception {
        Path go = Files.createFile(folder.resolve("go"));
        CoreProcess core = cores.poller("fc", 1)
                .env("USER_AGENT", "aliyun-fc-go/go1.15")
                .env("PRINTS_MARKERS", "1")
                .env("START_WHEN", go)
                .start()
                .listening();
        Files.delete(go);
        core.invoke("exit", "x-fc-request-id: lost");
        try (Wire waiting = core.connect().invoke("answered", "x-fc-request-id: waiting")) {
            core.awaitRead();
            Files.createFile(go);
            assertThat(waiting.answer().text()).isEqualTo("Hello, answered");
        }

        core.awaitStdout("FC Invoke End RequestId: waiting\n");
        assertThat(core.stdout().lines().filter(line -> line.endsWith("RequestId: waiting")))
                .containsExactly("FC Invoke Start RequestId: waiting", "FC Invoke End RequestId: waiting");
    }

    @Test
    void anInitializerIsToldItsOwnTime() {
        CoreProcess core = cores.poller("fc", 1).env("DEADLINES", "1").start().listening();

        assertThat(core.call("POST", "/initialize", new byte[0], "x-fc-initialization-timeout: 20")
                        .status())
                .isEqualTo(200);

        assertThat(core.stdout()).containsPattern("left (19|20) s");
    }

    @Test
    void aHookThatFailsSaysSo() {
        CoreProcess core = cores.poller("fc", 1).env("HOOKS_FAIL", "1").start().listening();

        var answer = core.call("POST", "/initialize", new byte[0]);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("x-fc-status")).isEqualTo("404");
        assertThat(answer.failure()).isEqualTo("FunctionError");
        assertThat(answer.text()).contains("hook 1 failed");
    }

    /** Rust's and Go's clients register one in order to be sent SIGTERM (contract 9.1.12). */
    @Test
    void internalExtensionsAreRegisteredAndTakeNoPlace() {
        CoreProcess core = cores.poller("lambda", 1)
                .env("EXTENSION", "none null INVOKE SHUTDOWN")
                .env("FC_FUNCTION_NAME", "greet")
                .start()
                .listening();

        assertThat(core.invoke("one", "x-fc-request-id: first").text()).isEqualTo("Hello, one");
        assertThat(core.invoke("two").text()).isEqualTo("Hello, two");

        core.awaitStdout("event for INVOKE: 200 {\"eventType\":\"INVOKE\"", 2);
        assertThat(core.stdout())
                .contains(
                        "registered none: 200 {\"functionName\":\"greet\",\"functionVersion\":\"$LATEST\",\"handler\":")
                .contains("registered null: 200 ", "registered INVOKE: 200 ")
                .contains("registered SHUTDOWN: 403 {\"errorType\":\"ShutdownEventNotSupportedForInternalExtension\"")
                .contains("\"requestId\":\"first\"")
                .doesNotContain("event for none");
        assertThat(core.readyWorkers()).isEqualTo(1);
        assertThat(core.stop().code()).isZero();
    }

    @Test
    void anExtensionThatIsNotRegisteredIsToldSo() {
        CoreProcess core = cores.poller("lambda", 1).start().listening();
        String[] api = core.workerAddress().split("[:/]", -1);
        try (Wire wire = new Wire(Integer.parseInt(api[1]))) {
            assertThat(wire.request("GET", "/2020-01-01/extension/event/next", null, "Lambda-Extension-Identifier: x")
                            .answer()
                            .text())
                    .contains("Extension.UnknownExtensionIdentifier");
            assertThat(wire.request(
                                    "POST",
                                    "/2020-01-01/extension/register",
                                    new byte[] {'{'},
                                    "Lambda-Extension-Name: x")
                            .answer()
                            .text())
                    .contains("InvalidRequestFormat");
            assertThat(wire.request("POST", "/2020-01-01/extension/register", new byte[0])
                            .answer()
                            .text())
                    .contains("Extension.InvalidExtensionName");
            assertThat(wire.request("GET", "/2020-01-01/extension/elsewhere", null)
                            .answer()
                            .status())
                    .isEqualTo(404);
        }
    }

    @Test
    void lambdasDialectKnowsNoHooks() {
        CoreProcess core = cores.poller("lambda", 1).start().listening();

        assertThat(core.call("POST", "/initialize", new byte[0]).status()).isEqualTo(200);
        assertThat(core.get("/pre-stop").status()).isEqualTo(200);
        assertThat(core.invoke("after").text()).isEqualTo("Hello, after");
        assertThat(core.stop().code()).isZero();
    }

    @Test
    void anInitErrorIsTheReasonThatEveryCallerGets() {
        CoreProcess core =
                cores.poller("lambda", 1).env("INIT_ERROR", "1").start().listening();

        var answer = core.invoke("x");

        assertThat(answer.failure()).isEqualTo("WorkerStartFailed");
        assertThat(answer.text()).contains("Init: no database");
        assertThat(core.stdout()).contains("init error: 202");
    }

    @Test
    void aFixedLinkIsNotFoundOut() {
        CoreProcess push = cores.poller("lambda", 1)
                .env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
                .env("POLYFN_LINK", "push")
                .start()
                .listening();
        CoreProcess pull = cores.with("echo.js")
                .onPort()
                .env("POLYFN_LINK", "pull")
                .env("POLYFN_START_TIMEOUT", "1s")
                .start()
                .listening();

        assertThat(push.invoke("x").failure()).isEqualTo("WorkerStartFailed");
        assertThat(pull.invoke("x").failure()).isEqualTo("WorkerStartFailed");
        assertThat(pull.readyWorkers()).isZero();
    }

    @Test
    void earlyWorkersAreServed() {
        // Every start is a race between a worker that asks at once and a core that is not there yet; and every
        // connection that was early is closed after the response to its first POST.
        for (int i = 0; i < 3; i++) {
            CoreProcess core = cores.poller("lambda", 3).start().listening();
            Set<String> answers = new HashSet<>();
            for (int n = 0; n < 20; n++) {
                answers.add(core.invoke("again").text());
            }

            assertThat(answers).containsExactly("Hello, again");
            assertThat(core.readyWorkers()).isEqualTo(1);
        }
    }

    /** The worker could take what waits in the moment in which it is terminated. */
    @Test
    void aWorkerThatIsReplacedGetsNothingMore() {
        CoreProcess core = cores.poller("lambda", 1).managed().start().listening();
        long replaced = core.workerPid();
        Wire held = core.connect().invoke("hold", "x-fc-request-id: held");
        core.awaitStdout("holding held");
        Wire waiting = core.connect().invoke("waiting");
        core.awaitInFlight(2);

        Wire replace = core.management().request("POST", "/workers/1/replace", null);
        core.awaitStderr("replacing the worker");
        Signals.send("USR2", replaced);

        assertThat(held.answer().text()).isEqualTo("late");
        assertThat(replace.answer().status()).isEqualTo(200);
        assertThat(waiting.answer().text()).isEqualTo("Hello, waiting");
        assertThat(core.stdout()).doesNotContain("WorkerExited");
    }

    /** A call that the first worker left unread is in the next one, and is waited for there. */
    @Test
    void aReplaceWaitsForACallThatHasMovedToTheNextWorker() {
        CoreProcess core = cores.poller("lambda", 1).managed().start().listening();
        Wire lost = core.connect().invoke("hold", "x-fc-request-id: lost");
        core.awaitStdout("holding lost");
        Wire moved = core.connect().invoke("hold", "x-fc-request-id: moved");
        core.awaitInFlight(2);
        Signals.send("KILL", core.workerPid());
        assertThat(lost.answer().failure()).isEqualTo("WorkerExited");
        core.awaitStdout("holding moved");
        core.awaitReadyWorkers(2);

        Wire replace = core.management().request("POST", "/workers/1/replace", null);
        core.awaitStderr("replacing the worker");
        Signals.send("USR2", core.workerPid());

        assertThat(moved.answer().text()).isEqualTo("late");
        assertThat(replace.answer().status()).isEqualTo(200);
    }

    @Test
    void onStopTheWorkerEndsBeforeItsLink() {
        CoreProcess core = cores.poller("fc", 4).env("LINGER", 300).start().listening();
        core.invoke("x");

        assertThat(core.stop().code()).isZero();

        assertThat(core.stderr()).doesNotContain("ECONNREFUSED", "ECONNRESET", "socket hang up");
    }

    @Test
    void anHttp2CallersInvocationEndsAsWhatItIs() throws Exception {
        int management = Ports.free();
        CoreProcess core = cores.poller("lambda", 1)
                .env("POLYFN_MANAGEMENT", "on")
                .env("POLYFN_MANAGEMENT_PORT", management)
                .start()
                .listening();
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create("http://localhost:" + core.port() + "/invoke"))
                    .POST(HttpRequest.BodyPublishers.ofString("Serverless"))
                    .build();
            for (int i = 0; i < 3; i++) {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.body()).isEqualTo("Hello, Serverless");
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            }
        }
        try (Wire metrics = new Wire(management)) {
            assertThat(metrics.request("GET", "/metrics", null, "Connection: close")
                            .answer()
                            .text())
                    .contains("polyfn_invocations_seconds_count{kind=\"event\",outcome=\"success\"} 3")
                    .doesNotContain("CallerLeft");
        }
    }
}
