package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A function that asks the Runtime API for its invocations, in the dialects of Lambda and of FC (contract 9). */
class PullLinkIT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    /** Cores by dialect: the worker takes one invocation at a time, or two. */
    private static final Map<String, CoreProcess> ONE = new HashMap<>();

    private static final Map<String, CoreProcess> TWO = new HashMap<>();

    @BeforeAll
    static void start() {
        for (String dialect : List.of("lambda", "fc")) {
            ONE.put(
                    dialect,
                    CORES.poller(dialect, 1).env("FC_FUNCTION_NAME", "greet").start());
            TWO.put(dialect, CORES.poller(dialect, 2).start());
        }
        ONE.values().forEach(CoreProcess::listening);
        TWO.values().forEach(CoreProcess::listening);
    }

    @ParameterizedTest
    @CsvSource({"lambda, 2018-06-01", "fc, 2020-11-11"})
    void anEventIsAnswered(String dialect, String version) {
        CoreProcess core = one(dialect);

        var answer = core.invoke("Serverless", "x-fc-request-id: first");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-fc-status")).isEqualTo("200");
        assertThat(answer.header("content-type")).isEqualTo("text/plain");
        assertThat(answer.text()).isEqualTo("Hello, Serverless");
        assertThat(core.workerAddress()).endsWith("/" + version);
        assertThat(core.stdout()).contains("FC Invoke Start RequestId: first\n", "FC Invoke End RequestId: first\n");
    }

    @Test
    void lambdasFunctionsGetLambdasHeaders() {
        CoreProcess core = one("lambda");

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
        CoreProcess core = one("fc");

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
        String headers = one("fc").invoke("headers").text();

        assertThat(number(headers, "x-fc-function-timeout")).isBetween(86_000L, 86_400L);
        assertThat(number(headers, "x-fc-function-deadline") - System.currentTimeMillis())
                .isBetween(86_000_000L, 86_400_000L);
    }

    /** Contract 9.1.13. */
    @Test
    void anEmptyEventIsAnEmptyObjectForLambdasFunctionsOnly() {
        assertThat(one("lambda").invoke("").text()).isEqualTo("Hello, {}");
        assertThat(one("fc").invoke("").text()).isEqualTo("Hello, ");
    }

    @Test
    void lambdasEventsAreAlwaysJson() {
        String type = "Content-Type: application/octet-stream";

        assertThat(one("lambda").invoke("headers", type).text()).contains("\"content-type\":\"application/json\"");
        assertThat(one("fc").invoke("headers", type).text()).contains("\"content-type\":\"application/octet-stream\"");
    }

    @Test
    void theClientContextAndTheTraceArePassedOn() {
        CoreProcess core = one("lambda");

        var passed =
                core.invoke("headers", "X-Amz-Client-Context: eyJjdXN0b20iOnsiYSI6MX19", "traceparent: 00-11-22-01");
        var wrong = core.invoke("headers", "X-Amz-Client-Context: {}");

        assertThat(passed.text())
                .contains("\"lambda-runtime-client-context\":\"{\\\"custom\\\":{\\\"a\\\":1}}\"")
                .contains("\"traceparent\":\"00-11-22-01\"");
        assertThat(one("fc").invoke("headers", "traceparent: 00-11-22-01").text())
                .contains("00-11-22-01");
        assertThat(wrong.failure()).isEqualTo("BadRequest");
        assertThat(wrong.text()).contains("X-Amz-Client-Context must be");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void theWorkerHasTheEnvironmentOfBoth() {
        CoreProcess core = one("lambda");

        assertThat(core.invoke("env").text())
                .contains("\"AWS_LAMBDA_FUNCTION_NAME\":\"greet\"")
                .contains("\"LAMBDA_TASK_ROOT\":\"" + CoreProcess.FUNCTIONS + "\"")
                .contains("\"FC_FUNC_CODE_PATH\":\"" + CoreProcess.FUNCTIONS + "\"")
                .contains("\"_HANDLER\":", "\"AWS_REGION\":", "\"AWS_LAMBDA_FUNCTION_MEMORY_SIZE\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void aFailureIsTheFunctionsOwn(String dialect) {
        CoreProcess core = one(dialect);

        var failed = core.invoke("fail");
        var silent = core.invoke("fail without a word");
        var http = core.get("/fail");

        assertThat(failed.status()).isEqualTo(404);
        assertThat(failed.header("x-fc-status")).isEqualTo("404");
        assertThat(failed.failure()).isEqualTo("FunctionError");
        assertThat(failed.text()).contains("\"errorMessage\":\"as told\"", "\"errorType\":\"Told\"");
        assertThat(silent.text()).contains("did not report why");
        assertThat(http.status()).isEqualTo(500);
        assertThat(http.failure()).isEqualTo("FunctionError");
        assertThat(core.invoke("after").text()).isEqualTo("Hello, after");
    }

    @Test
    void oneCallAtATimeMeansOneInvocationAtATime() {
        CoreProcess core = one("lambda");
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
        CoreProcess core = two("lambda");
        try (Wire first = core.connect();
                Wire second = core.connect()) {
            first.invoke("hold", "x-fc-request-id: same");
            core.awaitStdout("holding same\n");
            second.invoke("headers", "x-fc-request-id: same");

            assertThat(second.answer().text()).contains("\"lambda-runtime-aws-request-id\":\"same-2\"");
            open(core);
            assertThat(first.answer().text()).isEqualTo("late");
        }
    }

    @ParameterizedTest
    @CsvSource({"lambda, 202", "fc, 200"})
    void onlyTheFirstAnswerCounts(String dialect, int accepted) {
        CoreProcess core = one(dialect);

        assertThat(core.invoke("twice").text()).isEqualTo("first");
        core.awaitStdout("answered twice: " + accepted + " 400 {\"errorType\":\"InvalidRequestID\"");
        assertThat(core.invoke("wrong id").text()).startsWith("400 {\"errorType\":\"InvalidRequestID\"");
        assertThat(core.invoke("unknown").text()).startsWith("404 {\"errorType\":\"UnknownCall\"");
    }

    @ParameterizedTest
    @CsvSource({"lambda, 202", "fc, 200"})
    void anAnswerAfterTheDeadlineIsAcceptedAndForgotten(String dialect, int accepted) {
        CoreProcess core = two(dialect);

        assertThat(core.invoke("hold", "x-fc-request-id: late", "x-fc-function-timeout: 1")
                        .failure())
                .isEqualTo("DeadlineExceeded");
        open(core);

        core.awaitStdout("late answer to late: " + accepted);
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aCallerThatLeavesInTheMiddleOfItsEventDoesNotCostTheWorker() {
        CoreProcess core = one("lambda");
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
        CoreProcess core = one("lambda");
        Wire leaving = core.connect().invoke("hold", "x-fc-request-id: leaving");
        core.awaitStdout("holding leaving\n");
        leaving.leave();
        core.awaitStdout("FC Invoke End RequestId: leaving");
        open(core);

        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        assertThat(core.stdout()).contains("late answer to leaving: 202");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aCallerThatLeavesWhileItWaitsIsNotServed() {
        CoreProcess core = one("lambda");
        try (Wire first = core.connect()) {
            first.invoke("hold", "x-fc-request-id: first");
            core.awaitStdout("holding first\n");
            Wire leaving = core.connect().invoke("exit");
            core.awaitRead();
            leaving.leave();
            core.awaitRead();
            open(core);

            assertThat(first.answer().text()).isEqualTo("late");
        }
        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aConnectionThatBreaksInTheAnswerFailsTheInvocation() {
        CoreProcess core = one("lambda");

        var answer = core.invoke("break off");

        assertThat(answer.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(answer.text()).contains("closed the connection before completing its response");
    }

    @Test
    void aStreamPassesAsItComes() {
        CoreProcess core = one("lambda");
        try (Wire wire = core.connect()) {
            wire.invoke("stream", "x-fc-request-id: stream");
            Wire.Head head = wire.readHead();

            assertThat(head.header("transfer-encoding")).isEqualTo("chunked");
            assertThat(head.header("content-type")).isEqualTo("text/event-stream");
            assertThat(wire.readText()).isEqualTo("part 0;");
            assertThat(core.stdout()).doesNotContain("FC Invoke End RequestId: stream");
            assertThat(wire.readText()).isEqualTo("part 1;");
        }
    }

    @Test
    void aFailureInTheTrailersIsAFailure() {
        CoreProcess core = one("lambda");

        var small = core.invoke("small failing in trailers");

        assertThat(small.status()).isEqualTo(404);
        assertThat(small.failure()).isEqualTo("FunctionError");
        assertThat(small.text()).contains("too late");
        try (Wire wire = core.connect()) {
            wire.invoke("stream failing in trailers", "x-fc-request-id: trailers");
            wire.readHead();
            assertThat(wire.readText()).isEqualTo("half an");
            assertThat(wire.ended()).as("cut off, not ended").isTrue();
        }
        assertThat(core.stdout()).contains("FC Invoke End RequestId: trailers, Error: Unhandled function error");
    }

    @Test
    void largeEventsAndAnswersPass() {
        CoreProcess core = one("lambda");

        byte[] event = new byte[30_000_000];
        assertThat(core.call("POST", "/invoke", event).text()).endsWith(" 30000000");
        assertThat(core.invoke("large").body()).hasSize(3_000_000);
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void anEventInChunksPasses() {
        CoreProcess core = one("fc");
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Transfer-Encoding: chunked");
            for (int i = 0; i < 20; i++) {
                wire.chunk(new byte[10_000]);
            }

            assertThat(wire.lastChunk().answer().text()).endsWith(" 200000");
        }
    }

    @Test
    void theRuntimeApiIsNotOnThePublicPort() {
        CoreProcess core = one("lambda");

        assertThat(core.get("/2018-06-01/runtime/invocation/next").text()).contains("\"rawPath\":\"/2018-06-01");
        assertThat(core.workerAddress()).startsWith("127.0.0.1:").doesNotContain(":" + core.port() + "/");
    }

    @Test
    void aCallThatIsGivenUpLosesNothing() {
        CoreProcess core = one("lambda");
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

    private static CoreProcess one(String dialect) {
        return ONE.get(dialect);
    }

    private static CoreProcess two(String dialect) {
        return TWO.get(dialect);
    }

    /** Lets the worker answer what it holds. */
    private static void open(CoreProcess core) {
        Signals.send("USR2", core.workerPid());
    }

    private static long number(String json, String header) {
        var matcher = Pattern.compile("\"" + header + "\":\"(\\d+)\"").matcher(json);
        assertThat(matcher.find()).as(header + " in " + json).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
