package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.testcontainers.containers.output.OutputFrame.OutputType;

/** Functions on the SDKs of Function Compute and AWS Lambda, unchanged: they poll the core's Runtime API. */
@ParameterizedClass
@MethodSource("io.polyfn.images.Versions#goVersions")
class GolangRuntimeApiIT {
    private final String go;

    GolangRuntimeApiIT(String go) {
        this.go = go;
    }

    @Test
    void anEventFunctionOfFcAnswersInJsonAsItsSdkDoes() throws Exception {
        try (var function = FunctionContainer.golangExample("example-fc-event", go)) {
            function.start();

            assertThatEventIsAnswered(function.invoke("Serverless"), "\"Hello, Serverless\"");
            assertThatEventsAtOnceAreAnswered(function, "\"Hello, %d\"");
            assertThatAnInvocationIsMarkedOnce(function);
            assertThatItStopsAtOnce(function);
        }
    }

    @Test
    void anEventFunctionOfLambdaAnswersTheBytesThatItGives() throws Exception {
        try (var function = FunctionContainer.golangExample("example-lambda-event", go)) {
            function.start();

            assertThatEventIsAnswered(function.invoke("Serverless, 无服务器"), "Hello, Serverless, 无服务器");
            assertThatEventIsAnswered(function.invoke(""), "Hello, {}");
            assertThatEventsAtOnceAreAnswered(function, "Hello, %d");
            assertThatAnInvocationIsMarkedOnce(function);
            assertThatItStopsAtOnce(function);
        }
    }

    @Test
    void anHttpFunctionOfFcGetsRequestsAndSetsTheAnswersHead() throws Exception {
        try (var function = FunctionContainer.golangExample("example-fc-http", go)) {
            function.start();

            assertThatTextIsAnswered(function);
            assertThat(assertThatBytesAreAnswered(function).headers().allValues("set-cookie"))
                    .containsExactly("seen=yes; Path=/");
        }
    }

    @Test
    void anHttpFunctionOfLambdaGetsRequestsAndSetsTheAnswersHead() throws Exception {
        try (var function = FunctionContainer.golangExample("example-lambda-http", go)) {
            function.start();

            assertThatTextIsAnswered(function);
            assertThat(assertThatBytesAreAnswered(function).headers().allValues("set-cookie"))
                    .containsExactly("seen=yes; Path=/", "second=2");
        }
    }

    private static void assertThatEventIsAnswered(HttpResponse<String> answer, String body) {
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-fc-status")).hasValue("200");
    }

    private static void assertThatEventsAtOnceAreAnswered(FunctionContainer function, String form) {
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, 50)
                .mapToObj(event -> function.invokeAsync(Integer.toString(event)))
                .toList();
        for (int event = 0; event < answers.size(); event++) {
            assertThatEventIsAnswered(answers.get(event).join(), form.formatted(event));
        }
    }

    /** The SDK of FC prints the markers itself, the one of Lambda does not. */
    private static void assertThatAnInvocationIsMarkedOnce(FunctionContainer function) throws Exception {
        function.send(HttpRequest.newBuilder(function.uri("/invoke"))
                .header("x-fc-request-id", "1-marked-by-the-test")
                .POST(BodyPublishers.ofString("x")));

        function.awaitLog("FC Invoke End RequestId: 1-marked-by-the-test");
        assertThat(function.getLogs(OutputType.STDOUT).lines().filter(line -> line.contains("1-marked-by-the-test")))
                .containsExactly(
                        "FC Invoke Start RequestId: 1-marked-by-the-test",
                        "FC Invoke End RequestId: 1-marked-by-the-test");
    }

    /** The SDK of FC polls without a pause once its API is gone, and says so each time: it has to be gone first. */
    private static void assertThatItStopsAtOnce(FunctionContainer function) {
        long before = System.nanoTime();
        assertThat(function.terminate()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(function.getLogs(OutputType.STDERR)).doesNotContain("failed to get");
    }

    private static void assertThatTextIsAnswered(FunctionContainer function) throws Exception {
        var found = function.get("/?name=Go%20%26%20others");
        assertThat(found.body()).isEqualTo("Hello, Go & others");
        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.headers().firstValue("content-type")).hasValue("text/plain; charset=utf-8");

        var missing =
                function.send(HttpRequest.newBuilder(function.uri("/a%20b")).method("DELETE", BodyPublishers.noBody()));
        assertThat(missing.body()).isEqualTo("DELETE /a%20b: nothing there");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(missing.headers().map()).doesNotContainKeys("x-polyfn-failure", "x-fc-status");
    }

    private static HttpResponse<byte[]> assertThatBytesAreAnswered(FunctionContainer function) throws Exception {
        byte[] body = new byte[64 * 1024];
        new Random(1).nextBytes(body);
        var answer = function.send(
                HttpRequest.newBuilder(function.uri("/echo")).POST(BodyPublishers.ofByteArray(body)),
                BodyHandlers.ofByteArray());

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/octet-stream");
        assertThat(answer.body()).isEqualTo(body);
        return answer;
    }
}
