package io.polyfn.images;

import static io.polyfn.images.Failures.assertThatFailure;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a caller is told when a Go server goes wrong, or was never one, and that the next caller is served. */
class GolangFailuresIT {
    private static FunctionContainer function;

    @BeforeAll
    static void start() throws IOException {
        function = FunctionContainer.golang("golang-trouble", Versions.GO).withEnv("LINK", "http");
        function.start();
    }

    @AfterAll
    static void stop() {
        function.close();
    }

    @Test
    void aPanicInAHandlerBreaksTheConnectionAndTheProcessLivesOn() throws Exception {
        String before = function.invoke("pid").body();

        assertThatFailure(function.invoke("panic"), "BadWorkerAnswer")
                .contains("closed the connection before completing its response");

        assertThat(function.invoke("pid").body()).isEqualTo(before);
    }

    @Test
    void aPanicThatNobodyRecoversIsReportedWithItsWordsAndTheWorkerReplaced() throws Exception {
        assertThatFailure(function.invoke("panic-elsewhere"), "WorkerExited")
                .contains("exit code 2", "panic: panicked where nobody recovers", "goroutine");

        assertThat(function.invoke("still there").body()).isEqualTo("still there");
    }

    @Test
    void anExitIsReportedWithCodeAndLastWordsAndTheWorkerReplaced() throws Exception {
        assertThatFailure(function.invoke("exit"), "WorkerExited").contains("exit code 3", "last words");

        assertThat(function.invoke("still there").body()).isEqualTo("still there");
    }

    @Test
    void theDeadlineAnswersForADeadlock() throws Exception {
        assertThatFailure(function.invokeWithin(1, "deadlock"), "DeadlineExceeded")
                .contains("1000 ms");

        assertThat(function.invoke("still there").body()).isEqualTo("still there");
    }

    @Test
    void aMissingBinaryIsNamedWithWhereItBelongs() throws Exception {
        try (var empty = FunctionContainer.of(Versions.golangImage(Versions.GO))) {
            empty.start();

            assertThatFailure(empty.invoke("x"), "WorkerStartFailed").contains("/code", "bootstrap");
        }
    }

    @Test
    void aBinaryForAnotherArchitectureIsCalledThat() throws Exception {
        var dockerfile = Readme.golangDockerfile().replace("RUN go build", "RUN GOARCH=arm64 go build");
        try (var foreign = FunctionContainer.golang(Path.of("golang", "example"), dockerfile, Versions.GO)) {
            foreign.start();

            assertThatFailure(foreign.invoke("x"), "WorkerStartFailed").contains("/code/bootstrap", "aarch64");
        }
    }

    @Test
    void aScriptWithoutAShebangIsToldWhatItLacks() throws Exception {
        var dockerfile = "FROM %s\nCOPY bootstrap /code/bootstrap\n".formatted(Versions.golangImage(Versions.GO));
        try (var script =
                FunctionContainer.of(DockerBuild.image(Path.of("src/test/functions/no-shebang"), dockerfile))) {
            script.start();

            assertThatFailure(script.invoke("x"), "WorkerStartFailed").contains("/code/bootstrap", "#!");
        }
    }
}
