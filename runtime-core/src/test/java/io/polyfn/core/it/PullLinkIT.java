package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A function that asks the Runtime API for its invocations, in the dialects of Lambda and of FC (contract 9). */
class PullLinkIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest
    @CsvSource({"lambda, 2018-06-01", "fc, 2020-11-11"})
    void anEventIsAnswered(String dialect, String version) {
        CoreProcess core = poller(dialect, 1).start().listening();

        var answer = core.invoke("Serverless", "x-fc-request-id: first");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-fc-status")).isEqualTo("200");
        assertThat(answer.header("content-type")).isEqualTo("text/plain");
        assertThat(answer.text()).isEqualTo("Hello, Serverless");
        assertThat(core.workerAddress()).endsWith("/" + version);
        assertThat(core.stdout()).contains("FC Invoke Start RequestId: first\n", "FC Invoke End RequestId: first\n");
        assertThat(core.stop().code()).isZero();
    }

    @Test
    void lambdasFunctionsGetLambdasHeaders() {
        CoreProcess core = poller("lambda", 1).start().listening();

        String headers = core.invoke(
                        "headers",
                        "x-fc-request-id: mine",
                        "x-fc-function-name: greet",
                        "x-fc-region: cn-hangzhou",
                        "x-fc-account-id: 42",
                        "x-fc-function-timeout: 10")
                .text();

        assertThat(headers)
                .contains("\"lambda-runtime-aws-request-id\":\"mine\"")
                .contains("\"lambda-runtime-invoked-function-arn\":\"arn:aws:lambda:cn-hangzhou:42:function:greet\"")
                .doesNotContain("x-fc-");
        long left = number(headers, "lambda-runtime-deadline-ms") - System.currentTimeMillis();
        assertThat(left).isBetween(0L, 10_000L);
    }

    @Test
    void fcsFunctionsGetThePlatformsHeaders() {
        CoreProcess core = poller("fc", 1).start().listening();

        String headers = core.invoke(
                        "headers",
                        "x-fc-request-id: mine",
                        "x-fc-function-name: greet",
                        "x-fc-security-token: secret",
                        "x-fc-qualifier:",
                        "x-fc-function-timeout: 10")
                .text();

        assertThat(headers)
                .contains("\"x-fc-request-id\":\"mine\"")
                .contains("\"x-fc-function-name\":\"greet\"")
                .contains("\"x-fc-security-token\":\"secret\"")
                .contains("\"x-fc-function-type\":\"0\"")
                .contains("\"x-fc-function-timeout\":\"10\"")
                .doesNotContain("x-fc-qualifier", "lambda-");
        assertThat(number(headers, "x-fc-function-deadline") - System.currentTimeMillis())
                .isBetween(0L, 10_000L);
    }

    @Test
    void withoutATimeoutTheDeadlineIsFcsLongest() {
        String headers = poller("fc", 1).start().listening().invoke("headers").text();

        assertThat(number(headers, "x-fc-function-timeout")).isBetween(86_000L, 86_400L);
        assertThat(number(headers, "x-fc-function-deadline") - System.currentTimeMillis())
                .isBetween(86_000_000L, 86_400_000L);
    }

    @Test
    void theWorkerHasTheEnvironmentOfBoth() {
        CoreProcess core =
                poller("lambda", 1).env("FC_FUNCTION_NAME", "greet").start().listening();

        assertThat(core.invoke("env").text())
                .contains("\"AWS_LAMBDA_FUNCTION_NAME\":\"greet\"")
                .contains("\"LAMBDA_TASK_ROOT\":\"" + CoreProcess.FUNCTIONS + "\"")
                .contains("\"FC_FUNC_CODE_PATH\":\"" + CoreProcess.FUNCTIONS + "\"")
                .contains("\"_HANDLER\":", "\"AWS_REGION\":", "\"AWS_LAMBDA_FUNCTION_MEMORY_SIZE\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void aFailureIsTheFunctionsOwn(String dialect) {
        CoreProcess core = poller(dialect, 1).start().listening();

        var failed = core.invoke("fail");
        var silent = core.invoke("fail without a word");
        var http = core.get("/fail");

        assertThat(failed.status()).isEqualTo(404);
        assertThat(failed.header("x-fc-status")).isEqualTo("404");
        assertThat(failed.failure()).isEqualTo("FunctionError");
        assertThat(failed.text()).contains("\"errorMessage\":\"as told\"", "\"errorType\":\"Told\"");
        assertThat(silent.text()).contains("did not say why");
        assertThat(http.status()).isEqualTo(500);
        assertThat(http.failure()).isEqualTo("FunctionError");
        assertThat(core.invoke("after").text()).isEqualTo("Hello, after");
    }

    @Test
    void severalCallsAtOnceAreConcurrency() {
        CoreProcess core = poller("fc", 200).env("MEET", 200).start().listening();
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
    void oneCallAtATimeMeansOneInvocationAtATime() {
        CoreProcess core = poller("lambda", 1).start().listening();
        List<Wire> callers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            callers.add(core.connect().invoke("caller " + i));
        }

        for (int i = 0; i < 50; i++) {
            try (Wire caller = callers.get(i)) {
                assertThat(caller.answer().text()).isEqualTo("Hello, caller " + i);
            }
        }
    }

    @Test
    void twoInvocationsUnderTheSameIdBothGetTheirAnswer() {
        CoreProcess core = poller("lambda", 2).start().listening();
        try (Wire first = core.connect();
                Wire second = core.connect()) {
            first.invoke("hold 1500", "x-fc-request-id: same");
            core.awaitStdout("FC Invoke Start RequestId: same");
            second.invoke("headers", "x-fc-request-id: same");

            assertThat(second.answer().text()).contains("\"lambda-runtime-aws-request-id\":\"same-2\"");
            assertThat(first.answer().text()).isEqualTo("late");
        }
    }

    @ParameterizedTest
    @CsvSource({"lambda, 202", "fc, 200"})
    void onlyTheFirstAnswerCounts(String dialect, int accepted) {
        CoreProcess core = poller(dialect, 1).start().listening();

        assertThat(core.invoke("twice").text()).isEqualTo("first");
        core.awaitStdout("answered twice: " + accepted + " 400 {\"errorType\":\"InvalidRequestID\"");
        assertThat(core.invoke("wrong id").text()).startsWith("400 {\"errorType\":\"InvalidRequestID\"");
        assertThat(core.invoke("unknown").text()).startsWith("404 {\"errorType\":\"UnknownCall\"");
    }

    @ParameterizedTest
    @CsvSource({"lambda, 202", "fc, 200"})
    void anAnswerAfterTheDeadlineIsAcceptedAndForgotten(String dialect, int accepted) {
        CoreProcess core = poller(dialect, 2).start().listening();

        assertThat(core.invoke("hold 1500", "x-fc-function-timeout: 1").failure())
                .isEqualTo("DeadlineExceeded");

        core.awaitStdout("late answer: " + accepted);
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aWorkerThatIsStuckPastTheDeadlineIsReplaced() {
        CoreProcess core = poller("lambda", 1).start().listening();

        assertThat(core.invoke("hang", "x-fc-function-timeout: 1").failure()).isEqualTo("DeadlineExceeded");

        assertThat(core.invoke("next", "x-fc-function-timeout: 10").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(2);
        assertThat(core.stderr()).contains("still busy with an invocation whose deadline has passed");
    }

    @Test
    void aWorkerThatIsStuckInItsAnswerIsReplaced() {
        CoreProcess core = poller("lambda", 1).start().listening();
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
    void aCallerThatLeavesInTheMiddleOfItsEventDoesNotCostTheWorker() {
        CoreProcess core = poller("lambda", 1).start().listening();
        for (String path : List.of("/invoke", "/echo")) {
            core.connect()
                    .head("POST", path, "Content-Length: 300000")
                    .send(new byte[200_000])
                    .leave();
        }

        assertThat(core.invoke("next", "x-fc-function-timeout: 10").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aCallerThatLeavesDoesNotCostTheWorker() {
        CoreProcess core = poller("lambda", 1).start().listening();
        Wire leaving = core.connect().invoke("hold 1500");
        core.awaitStdout("holding");
        leaving.leave();

        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        assertThat(core.stdout()).contains("late answer: 202");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aCallerThatLeavesWhileItWaitsIsNotServed() {
        CoreProcess core = poller("lambda", 1).start().listening();
        try (Wire first = core.connect()) {
            first.invoke("hold 1500");
            core.awaitStdout("holding");
            Wire leaving = core.connect().invoke("exit");
            core.awaitStdout("FC Invoke Start", 2);
            leaving.leave();
            core.awaitStdout("FC Invoke End");

            assertThat(first.answer().text()).isEqualTo("late");
        }
        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aWorkerThatEndsFailsWhatItHasAndLosesNothingElse() {
        CoreProcess core = poller("lambda", 1).start().listening();
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
        CoreProcess core = poller("lambda", 1).start().listening();

        Signals.send("KILL", core.workerPid());

        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
    }

    @Test
    void aConnectionThatBreaksInTheAnswerFailsTheInvocation() {
        CoreProcess core = poller("lambda", 1).start().listening();

        var answer = core.invoke("break off");

        assertThat(answer.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(answer.text()).contains("broke off");
    }

    @Test
    void aStreamPassesAsItComes() {
        CoreProcess core = poller("lambda", 1).start().listening();
        try (Wire wire = core.connect()) {
            wire.invoke("stream");
            Wire.Head head = wire.readHead();

            assertThat(head.header("transfer-encoding")).isEqualTo("chunked");
            assertThat(head.header("content-type")).isEqualTo("text/event-stream");
            assertThat(wire.readText()).isEqualTo("part 0;");
            assertThat(core.stdout()).doesNotContain("FC Invoke End");
            assertThat(wire.readText()).isEqualTo("part 1;");
        }
    }

    @Test
    void aFailureInTheTrailersIsAFailure() {
        CoreProcess core = poller("lambda", 1).start().listening();

        var small = core.invoke("small failing in trailers");

        assertThat(small.status()).isEqualTo(404);
        assertThat(small.failure()).isEqualTo("FunctionError");
        assertThat(small.text()).contains("too late");
        try (Wire wire = core.connect()) {
            wire.invoke("stream failing in trailers");
            wire.readHead();
            assertThat(wire.readText()).isEqualTo("half an");
            assertThat(wire.ended()).as("cut off, not ended").isTrue();
        }
        assertThat(core.stdout()).contains(", Error: Unhandled function error");
    }

    @Test
    void largeEventsAndAnswersPass() {
        CoreProcess core = poller("lambda", 1).start().listening();

        byte[] event = new byte[30_000_000];
        assertThat(core.call("POST", "/invoke", event).text()).endsWith(" 30000000");
        assertThat(core.invoke("large").body()).hasSize(3_000_000);
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void anEventInChunksPasses() {
        CoreProcess core = poller("fc", 1).start().listening();
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Transfer-Encoding: chunked");
            for (int i = 0; i < 20; i++) {
                wire.chunk(new byte[10_000]);
            }

            assertThat(wire.lastChunk().answer().text()).endsWith(" 200000");
        }
    }

    @Test
    void whatIsTooLargeIsRefused() {
        CoreProcess core =
                poller("lambda", 1).env("POLYFN_MAX_EVENT_SIZE", "2K").start().listening();

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
    void anHttpRequestBecomesFcsEvent() {
        CoreProcess core = poller("fc", 1).start().listening();

        String event = core.call(
                        "PUT",
                        "/a%20b?x=1&x=2&y=%20",
                        "text \"quoted\" \u00fc".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        "x-fc-request-id: mine",
                        "x-fc-security-token: secret",
                        "X-Mine: 1",
                        "X-Mine: 2",
                        "Cookie: a=1; b=2")
                .text();

        assertThat(event)
                .contains("\"version\":\"v1\"", "\"rawPath\":\"/a%20b\"", "\"path\":\"/a b\"", "\"method\":\"PUT\"")
                .contains("\"queryParameters\":{\"x\":\"1,2\",\"y\":\" \"}")
                .contains("\"x-mine\":\"1,2\"", "\"cookie\":\"a=1; b=2\"", "\"requestId\":\"mine\"")
                .contains("\"isBase64Encoded\":false,\"body\":\"text \\\"quoted\\\" \u00fc\"}")
                .doesNotContain("secret");
    }

    @Test
    void anHttpRequestBecomesApiGatewaysEvent() {
        CoreProcess core = poller("lambda", 1).start().listening();

        String event = core.call(
                        "POST",
                        "/path?x=1&x=2",
                        "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        "Content-Type: application/json",
                        "Cookie: a=1; b=2")
                .text();

        assertThat(event)
                .contains("\"version\":\"2.0\"", "\"rawPath\":\"/path\"", "\"rawQueryString\":\"x=1&x=2\"")
                .contains("\"cookies\":[\"a=1\",\"b=2\"]", "\"queryStringParameters\":{\"x\":\"1,2\"}")
                .contains("\"isBase64Encoded\":false,\"body\":\"{}\"}")
                .doesNotContain("\"cookie\":");
        assertThat(core.call("POST", "/path", new byte[] {0, (byte) 255}).text())
                .contains("\"isBase64Encoded\":true,\"body\":\"AP8=\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void anHttpBodyOfAnySizeIsEncodedAsItComes(String dialect) {
        CoreProcess core = poller(dialect, 1).start().listening();
        byte[] random = CoreProcess.random(1_000_001);

        String event = core.call("POST", "/echo", random).text();

        String body = event.substring(event.indexOf("\"body\":\"") + 8, event.length() - 2);
        assertThat(java.util.Base64.getDecoder().decode(body)).isEqualTo(random);
        String text = "\u00e4\u20ac\ud83d\ude00\"".repeat(40_000);
        String json = core.call(
                        "POST",
                        "/echo",
                        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        "Content-Type: text/plain; charset=utf-8")
                .text();
        assertThat(json).contains("\"isBase64Encoded\":false,\"body\":\"" + text.replace("\"", "\\\"") + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void anHttpAnswerIsMadeOfTheFunctionsValue(String dialect) {
        CoreProcess core = poller(dialect, 1).start().listening();

        var answer = core.get("/answer%20http");
        var plain = core.get("/plain%20value");
        var bad = core.get("/bad%20status");
        var words = core.get("/status%20in%20words");
        var badHeader = core.get("/bad%20header");
        Wire.Answer head;
        try (Wire wire = core.connect()) {
            head = wire.request("HEAD", "/answer%20http", null).answer("HEAD");
        }

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("x-mine")).isEqualTo("yes");
        assertThat(answer.header("x-fc-forged")).isEmpty();
        assertThat(answer.head().all("set-cookie")).containsExactly("a=1; Path=/", "b=2");
        assertThat(answer.body()).containsExactly(0, 255, 1);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.text()).isEqualTo("{\"just\":\"a value\"}");
        assertThat(bad.status()).isEqualTo(502);
        assertThat(bad.text()).contains("statusCode many is no HTTP status");
        assertThat(words.status()).isEqualTo(201);
        assertThat(badHeader.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(head.status()).isEqualTo(201);
        assertThat(head.header("content-length")).isEqualTo("3");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aStreamedHttpAnswerBeginsWithItsHead() {
        CoreProcess core = poller("lambda", 1).start().listening();
        try (Wire wire = core.connect()) {
            wire.request("GET", "/prelude", null);
            Wire.Head head = wire.readHead();

            assertThat(head.status()).isEqualTo(202);
            assertThat(head.header("x-mine")).isEqualTo("streamed");
            assertThat(head.header("set-cookie")).isEqualTo("c=3");
            assertThat(wire.readText()).isEqualTo("one;");
            assertThat(wire.readText()).isEqualTo("two");
        }
    }

    @Test
    void fcsHooksAreCallsOfTheirOwnType() {
        CoreProcess core = poller("fc", 1).start().listening();

        assertThat(core.call("POST", "/initialize", new byte[0]).status()).isEqualTo(200);
        assertThat(core.get("/pre-freeze").status()).isEqualTo(200);
        assertThat(core.get("/pre-stop").status()).isEqualTo(200);
        assertThat(core.stop().code()).isZero();

        assertThat(core.stdout().lines().filter(line -> line.startsWith("hook")))
                .containsExactly("hook 1", "hook 3", "hook 2");
    }

    @Test
    void anSdkThatPrintsTheMarkersItselfIsNotRepeated() {
        CoreProcess core =
                poller("fc", 1).env("USER_AGENT", "aliyun-fc-go/go1.15").start().listening();

        core.invoke("answered", "x-fc-request-id: answered");
        core.get("/pre-freeze", "x-fc-request-id: frozen");
        core.invoke("exit", "x-fc-request-id: lost");

        assertThat(core.stdout().lines())
                .as("what the SDK did not come to print")
                .filteredOn(line -> line.startsWith("FC "))
                .containsExactly("FC Invoke End RequestId: lost, Error: Unhandled function error");
    }

    @Test
    void anInitializerIsToldItsOwnTime() {
        CoreProcess core = poller("fc", 1).env("DEADLINES", "1").start().listening();

        assertThat(core.call("POST", "/initialize", new byte[0], "x-fc-initialization-timeout: 20")
                        .status())
                .isEqualTo(200);

        assertThat(core.stdout()).containsPattern("left (19|20) s");
    }

    @Test
    void aHookThatFailsSaysSo() {
        CoreProcess core = poller("fc", 1).env("HOOKS_FAIL", "1").start().listening();

        var answer = core.call("POST", "/initialize", new byte[0]);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("x-fc-status")).isEqualTo("404");
        assertThat(answer.failure()).isEqualTo("FunctionError");
        assertThat(answer.text()).contains("hook 1 failed");
    }

    @Test
    void lambdasDialectKnowsNoHooks() {
        CoreProcess core = poller("lambda", 1).start().listening();

        assertThat(core.call("POST", "/initialize", new byte[0]).status()).isEqualTo(200);
        assertThat(core.get("/pre-stop").status()).isEqualTo(200);
        assertThat(core.invoke("after").text()).isEqualTo("Hello, after");
    }

    @Test
    void anInitErrorIsTheReasonThatEveryCallerGets() {
        CoreProcess core = poller("lambda", 1).env("INIT_ERROR", "1").start().listening();

        var answer = core.invoke("x");

        assertThat(answer.failure()).isEqualTo("WorkerStartFailed");
        assertThat(answer.text()).contains("Init: no database");
        assertThat(core.stdout()).contains("init error: 202");
    }

    @Test
    void aFixedLinkIsNotFoundOut() {
        CoreProcess push = poller("lambda", 1)
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
        // connection that was early is closed after its first answer.
        for (int i = 0; i < 3; i++) {
            CoreProcess core = poller("lambda", 3).start().listening();
            Set<String> answers = new HashSet<>();
            for (int n = 0; n < 20; n++) {
                answers.add(core.invoke("again").text());
            }

            assertThat(answers).containsExactly("Hello, again");
            assertThat(core.readyWorkers()).isEqualTo(1);
        }
    }

    @Test
    void theRuntimeApiIsNotOnThePublicPort() {
        CoreProcess core = poller("lambda", 1).start().listening();

        assertThat(core.get("/2018-06-01/runtime/invocation/next").text()).contains("\"rawPath\":\"/2018-06-01");
        assertThat(core.workerAddress()).startsWith("127.0.0.1:").doesNotContain(":" + core.port() + "/");
    }

    @Test
    void onStopTheWorkerEndsBeforeItsLink() {
        CoreProcess core = poller("fc", 4).env("LINGER", 300).start().listening();
        core.invoke("x");

        assertThat(core.stop().code()).isZero();

        assertThat(core.stderr()).doesNotContain("ECONNREFUSED", "ECONNRESET", "socket hang up");
    }

    @Test
    void aCallThatIsGivenUpLosesNothing() {
        CoreProcess core = poller("lambda", 1).start().listening();
        String[] api = core.workerAddress().split("[:/]", -1);
        for (int i = 0; i < 100; i++) {
            Wire poll = new Wire(Integer.parseInt(api[1]));
            poll.request("GET", "/2018-06-01/runtime/invocation/next", null).leave();

            assertThat(core.invoke("a", "x-fc-function-timeout: 5").text())
                    .as("invocation " + i)
                    .isEqualTo("Hello, a");
        }
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void noRequestIsTooOddForAnEvent(String dialect) {
        CoreProcess core = poller(dialect, 1).start().listening();

        assertThat(core.get("/odd?a=%zz&b=%&=&&c;d=1").text()).contains("%zz", "\"c;d\":\"1\"");
        assertThat(core.get("/odd%zz", "x-fc-request-id: a?b /c").text()).contains("/odd%zz");
        assertThat(core.invoke("headers", "x-fc-request-id: " + "x".repeat(5000))
                        .status())
                .isEqualTo(200);
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void anHttp2CallersInvocationEndsAsWhatItIs() throws Exception {
        int management = Ports.free();
        CoreProcess core = poller("lambda", 1)
                .env("POLYFN_MANAGEMENT", "on")
                .env("POLYFN_MANAGEMENT_PORT", management)
                .start()
                .listening();
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            var request = java.net.http.HttpRequest.newBuilder(
                            java.net.URI.create("http://localhost:" + core.port() + "/invoke"))
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofString("Serverless"))
                    .build();
            for (int i = 0; i < 3; i++) {
                var answer = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofString());
                assertThat(answer.body()).isEqualTo("Hello, Serverless");
                assertThat(answer.version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
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

    private CoreProcess.Setup poller(String dialect, int loops) {
        return cores.with("poller.js").env("DIALECT", dialect).env("LOOPS", loops);
    }

    private static long number(String json, String header) {
        var matcher =
                java.util.regex.Pattern.compile("\"" + header + "\":\"(\\d+)\"").matcher(json);
        assertThat(matcher.find()).as(header + " in " + json).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
