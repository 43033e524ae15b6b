package io.polyfn.images;

import static io.polyfn.images.Failures.assertThatFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller is told when a function on an SDK goes wrong, and that the next caller is served. */
class GolangRuntimeApiFailuresIT {
    private static FunctionContainer fc;
    private static FunctionContainer lambda;

    @BeforeAll
    static void start() throws IOException {
        fc = FunctionContainer.golang("golang-trouble", Versions.GO).withEnv("LINK", "fc");
        lambda = FunctionContainer.golang("golang-trouble", Versions.GO).withEnv("LINK", "lambda");
        fc.start();
        lambda.start();
    }

    @AfterAll
    static void stop() {
        fc.close();
        lambda.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc", "lambda"})
    void anErrorIsTheFunctionsOwnFailureAndTheProcessLivesOn(String sdk) throws Exception {
        String before = on(sdk).invoke("pid").body();

        assertThatFailure(on(sdk).invoke("error"), "FunctionError")
                .contains("\"errorMessage\":\"refused on purpose\"", "\"errorType\":\"refusal\"");

        assertThat(on(sdk).invoke("pid").body()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc", "lambda"})
    void aPanicIsTheFunctionsOwnFailureWithItsStack(String sdk) throws Exception {
        assertThatFailure(on(sdk).invoke("panic"), "FunctionError")
                .contains("\"errorMessage\":\"panicked on purpose\"", "\"errorType\":\"string\"", "main.go", "trouble");

        assertThatTheNextIsServed(on(sdk));
    }

    @Test
    void afterAPanicTheSdkOfLambdaEndsTheProcessAndTheSdkOfFcDoesNot() throws Exception {
        String lambdaBefore = lambda.invoke("pid").body();
        String fcBefore = fc.invoke("pid").body();

        lambda.invoke("panic");
        fc.invoke("panic");

        assertThat(lambda.invoke("pid").body()).isNotEqualTo(lambdaBefore);
        assertThat(fc.invoke("pid").body()).isEqualTo(fcBefore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc", "lambda"})
    void anExitIsReportedWithCodeAndLastWordsAndTheWorkerReplaced(String sdk) throws Exception {
        assertThatFailure(on(sdk).invoke("exit"), "WorkerExited").contains("exit code 3", "last words");
        assertThatTheNextIsServed(on(sdk));

        assertThatFailure(on(sdk).invoke("panic-elsewhere"), "WorkerExited")
                .contains("exit code 2", "panicked where nobody recovers");
        assertThatTheNextIsServed(on(sdk));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fc", "lambda"})
    void theDeadlineAnswersForADeadlockAndTheNextIsServed(String sdk) throws Exception {
        assertThatFailure(on(sdk).invokeWithin(1, "deadlock"), "DeadlineExceeded")
                .contains("1000 ms");

        assertThatTheNextIsServed(on(sdk));
    }

    @Test
    void theEnvironmentIsLambdas() throws Exception {
        try (var function = FunctionContainer.golang("golang-trouble", Versions.GO)
                .withEnv("LINK", "lambda")
                .withEnv("POLYFN_HANDLER", "main.handler")) {
            function.start();

            assertThat(function.invoke("environment").body()).isEqualTo("main.handler in /code");
        }
    }

    /** aws-lambda-go takes several at once with Go 1.22 and later. */
    @Test
    void theConcurrencyThatTheUserSetsIsWhatLambdasSdkAsksFor() throws Exception {
        try (var function = FunctionContainer.golang("golang-trouble", Versions.GO_CURRENT)
                .withEnv("LINK", "lambda")
                .withEnv("MEET", "3")
                .withEnv("POLYFN_CONCURRENCY", "3")) {
            function.start();

            var answers =
                    Stream.generate(() -> function.invokeAsync("meet")).limit(3).toList();
            for (var answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("met");
            }
        }
    }

    private static void assertThatTheNextIsServed(FunctionContainer function) throws Exception {
        assertThat(function.invoke("next").body()).contains("next");
    }

    private static FunctionContainer on(String sdk) {
        return sdk.equals("fc") ? fc : lambda;
    }
}
