package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.output.OutputFrame.OutputType;

/** Hooks, freezing and the end of a container. */
class NodejsLifecycleIT {

    @Test
    void hooksReachTheFunctionAndTheInitializerRunsOnce() throws Exception {
        try (var function = FunctionContainer.nodejs("hooks")) {
            function.start();

            assertThat(initialize(function, "first").statusCode()).isEqualTo(200);
            assertThat(initialize(function, "second").statusCode()).isEqualTo(200);
            assertThat(function.get("/pre-freeze").statusCode()).isEqualTo(200);

            assertThat(function.invoke("").body()).isEqualTo("[\"initialize first\",\"preFreeze\"]");
            assertThat(function.getLogs(OutputType.STDOUT))
                    .containsSubsequence(
                            "FC Initialize Start RequestId: first\n",
                            "FC Initialize End RequestId: first\n",
                            "FC PreFreeze Start RequestId: ",
                            "FC PreFreeze End RequestId: ");
        }
    }

    @Test
    void aContainerThatWasFrozenAnswersTheNextInvocationsWithoutALoss() throws Exception {
        try (var function = FunctionContainer.nodejs("echo")) {
            function.start();
            for (int freeze = 0; freeze < 3; freeze++) {
                for (CompletableFuture<HttpResponse<String>> answer : invokeAtOnce(function, 20, "warm")) {
                    assertThat(answer.join().statusCode()).isEqualTo(200);
                }
                freezeAndThaw(function);
                for (CompletableFuture<HttpResponse<String>> answer : invokeAtOnce(function, 20, "thawed")) {
                    assertThat(answer.join().body()).isEqualTo("thawed");
                }
            }
        }
    }

    @Test
    void sigtermFinishesTwoHundredInvocationsRunsPreStopAndExitsWithZero() throws Exception {
        try (var function = FunctionContainer.nodejs("hooks")) {
            function.start();
            List<CompletableFuture<HttpResponse<String>>> slow = invokeAtOnce(function, 200, "slow");
            await().atMost(Duration.ofSeconds(20)).until(() -> count(function, "FC Invoke Start") == 200);

            long before = System.nanoTime();
            int exitCode = function.terminate();
            Duration took = Duration.ofNanos(System.nanoTime() - before);

            assertThat(exitCode).isZero();
            assertThat(took).isLessThan(Duration.ofSeconds(9));
            assertThat(slow).allMatch(answer -> answer.join().statusCode() == 200);
            assertThat(count(function, "FC Invoke End")).isEqualTo(200);
            assertThat(function.getLogs(OutputType.STDOUT))
                    .containsSubsequence(
                            "FC PreStop Start RequestId: ",
                            "the function says goodbye\n",
                            "FC PreStop End RequestId: ");
        }
    }

    @Test
    void sigtermInDirectModeFinishesWhatIsInFlightToo() throws Exception {
        try (var function = FunctionContainer.nodejs("hooks").direct()) {
            function.start();
            List<CompletableFuture<HttpResponse<String>>> slow = invokeAtOnce(function, 10, "slow");
            await().atMost(Duration.ofSeconds(20)).until(() -> count(function, "FC Invoke Start") == 10);

            assertThat(function.terminate()).isZero();

            assertThat(slow).allMatch(answer -> answer.join().statusCode() == 200);
            assertThat(function.getLogs(OutputType.STDOUT)).contains("the function says goodbye\n");
        }
    }

    @Test
    void processesThatAFunctionLeftBehindAreReapedAndEndWithTheWorker() throws Exception {
        try (var function = FunctionContainer.nodejs("trouble")) {
            function.start();
            assertThat(function.invoke("leave-a-daemon").body()).isEqualTo("left");
            assertThat(function.processes()).anyMatch(path -> path.endsWith("/sleep"));

            function.invoke("exit-3");

            assertThat(function.invoke("pid").statusCode()).isEqualTo(200);
            assertThat(function.processes()).noneMatch(path -> path.endsWith("/sleep"));
        }
    }

    @Test
    void aFunctionRunsInTheMemoryOfFcsSmallestInstance() throws Exception {
        try (var function = FunctionContainer.nodejs("echo")
                .withCreateContainerCmdModifier(create ->
                        create.getHostConfig().withMemory(128L * 1024 * 1024).withMemorySwap(128L * 1024 * 1024))) {
            function.start();
            for (CompletableFuture<HttpResponse<String>> answer : invokeAtOnce(function, 200, "small")) {
                assertThat(answer.join().body()).isEqualTo("small");
            }
        }
    }

    private static HttpResponse<String> initialize(FunctionContainer function, String requestId) throws Exception {
        return function.send(HttpRequest.newBuilder(function.uri("/initialize"))
                .header("x-fc-request-id", requestId)
                .POST(BodyPublishers.noBody()));
    }

    private static List<CompletableFuture<HttpResponse<String>>> invokeAtOnce(
            FunctionContainer function, int count, String event) {
        return Stream.generate(() -> function.invokeAsync(event)).limit(count).toList();
    }

    /** As FC does between invocations. Six seconds are more than Node.js keeps an idle connection. */
    private static void freezeAndThaw(FunctionContainer function) {
        var docker = function.getDockerClient();
        docker.pauseContainerCmd(function.getContainerId()).exec();
        long thaw = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        await().atMost(Duration.ofSeconds(20)).until(() -> System.nanoTime() > thaw);
        docker.unpauseContainerCmd(function.getContainerId()).exec();
    }

    private static long count(FunctionContainer function, String marker) {
        return function.getLogs(OutputType.STDOUT)
                .lines()
                .filter(line -> line.startsWith(marker))
                .count();
    }
}
