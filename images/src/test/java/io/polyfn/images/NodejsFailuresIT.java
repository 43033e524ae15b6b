package io.polyfn.images;

import static io.polyfn.images.Failures.assertThatFailure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.output.OutputFrame.OutputType;

/** What a caller is told when a function goes wrong, and that the next caller is served. */
class NodejsFailuresIT {
    private static final FunctionContainer FUNCTION = FunctionContainer.nodejs("trouble");

    @BeforeAll
    static void start() {
        FUNCTION.start();
    }

    @AfterAll
    static void stop() {
        FUNCTION.close();
    }

    @Test
    void whatAFunctionThrowsIsItsOwnFailureAndTheProcessLivesOn() throws Exception {
        String before = FUNCTION.invoke("pid").body();

        assertThatFailure(FUNCTION.invoke("throw"), "FunctionError")
                .contains("\"errorType\":\"TypeError\"", "\"errorMessage\":\"thrown on purpose\"", "index.js");
        assertThatFailure(FUNCTION.invoke("reject-with-null"), "FunctionError").contains("null");

        assertThat(FUNCTION.invoke("pid").body()).isEqualTo(before);
    }

    @Test
    void anUnhandledRejectionFailsTheInvocationWithItsStackAndTheWorkerIsReplaced() throws Exception {
        String before = FUNCTION.invoke("pid").body();

        assertThatFailure(FUNCTION.invoke("unhandled"), "FunctionError")
                .contains("\"errorType\":\"RangeError\"", "rejected where nobody listens", "index.js");

        assertThat(FUNCTION.invoke("pid").body()).isNotEqualTo(before);
    }

    @Test
    void aFunctionThatExitsIsReportedWithCodeAndLastWordsAndReplaced() throws Exception {
        assertThatFailure(FUNCTION.invoke("exit-3"), "WorkerExited").contains("exit code 3", "last words");
        assertThatFailure(FUNCTION.invoke("exit-0"), "WorkerExited").contains("exit code 0");

        assertThat(FUNCTION.invoke("pid").statusCode()).isEqualTo(200);
    }

    @Test
    void aKilledFunctionIsReportedWithItsSignalAndReplaced() throws Exception {
        assertThatFailure(FUNCTION.invoke("kill"), "WorkerExited").contains("SIGKILL", "137");

        assertThat(FUNCTION.invoke("pid").statusCode()).isEqualTo(200);
    }

    @Test
    void theDeadlineAnswersForAFunctionThatHangsOrSpins() throws Exception {
        for (String trouble : new String[] {"hang", "spin"}) {
            assertThatFailure(FUNCTION.invokeWithin(1, trouble), "DeadlineExceeded")
                    .contains("1000 ms");
        }
        // The spinning process takes nothing any more; what an operator would do is what the test does.
        FUNCTION.execInContainer(
                "bash",
                "-c",
                "for p in /proc/[0-9]*; do case $(readlink $p/exe) in */node) kill -9 ${p#/proc/};; esac; done");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> FUNCTION.invoke("pid").statusCode() == 200);
    }

    @Test
    void linesOfAnyLengthComeOutWholeAndHoldNobodyUp() throws Exception {
        assertThat(FUNCTION.invoke("long-line").body()).isEqualTo("printed");

        // Docker's log cuts lines into parts, so the letters are counted.
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        count(OutputType.STDOUT, 'x') >= 1024 * 1024 && count(OutputType.STDERR, 'y') >= 1024 * 1024);
    }

    @Test
    void aSyntaxErrorOpensThePortAndIsToldToEveryCaller() throws Exception {
        try (var broken = FunctionContainer.nodejs("syntax-error")) {
            broken.start();

            assertThatFailure(broken.invoke("x"), "WorkerStartFailed")
                    .contains("exit code 1", "SyntaxError", "index.js");
            assertThat(broken.get("/").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void aHandlerThatIsNotThereIsNamedWithTheFileThatWasLookedFor() throws Exception {
        try (var missing = FunctionContainer.nodejs("echo").handler("src/app.main")) {
            missing.start();

            assertThatFailure(missing.invoke("x"), "WorkerStartFailed").contains("app.js", "/code/src");
        }
        try (var misnamed = FunctionContainer.nodejs("echo").handler("index.main")) {
            misnamed.start();

            assertThatFailure(misnamed.invoke("x"), "WorkerStartFailed").contains("index.js", "main");
        }
    }

    @Test
    void placeholdersOfFcsTemplatesDoNotNameAHandler() throws Exception {
        try (var templated = FunctionContainer.nodejs("echo").withEnv("FC_FUNCTION_HANDLER", "not-used")) {
            templated.start();

            assertThat(templated.invoke("x").body()).isEqualTo("x");
        }
    }

    private static long count(OutputType stream, char letter) {
        return FUNCTION.getLogs(stream).chars().filter(each -> each == letter).count();
    }
}
