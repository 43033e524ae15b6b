package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 without TLS: the client upgrades with its first request, and a stream's end may be all that there is of a body. */
class Http2IT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    @BeforeAll
    static void start() {
        core = CORES.start("failing.js");
    }

    @Test
    void anUpgradeWithoutABodyGetsItsResponse() throws Exception {
        HttpResponse<String> response = client.send(request("/ok").build(), BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("ok");
    }

    /** The client sends the head, and then an empty DATA frame that ends the stream. */
    @Test
    void aBodyThatTurnsOutToBeEmptyGetsItsResponse() throws Exception {
        client.send(request("/ok").build(), BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> sent;
        try (SubmissionPublisher<ByteBuffer> nothing = new SubmissionPublisher<>()) {
            sent = client.sendAsync(
                    request("/ok").POST(BodyPublishers.fromPublisher(nothing)).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> response = sent.get();
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
    }

    /** Vert.x's client writes what it is told to, as hostile clients do. */
    @ParameterizedTest
    @MethodSource("badRequests")
    void aBadRequestGetsItsResponseAndTheConnectionGoesOn(int status, HttpMethod method, String path) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            var http2 = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2MaxPoolSize(1));
            var bad = http2.request(method, core.port(), "localhost", path)
                    .compose(HttpClientRequest::send)
                    .compose(response -> response.body().map(body -> response.statusCode() + body.toString()));
            assertThat(bad.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .startsWith(status + "{")
                    .contains("BadRequest");
            var good = http2.request(HttpMethod.GET, core.port(), "localhost", "/ok")
                    .compose(HttpClientRequest::send)
                    .compose(HttpClientResponse::body);
            assertThat(good.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS))
                    .hasToString("ok");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    static Stream<Arguments> badRequests() {
        return Stream.of(
                Arguments.of(400, HttpMethod.GET, "/a b"),
                Arguments.of(400, HttpMethod.GET, "/a\rb"),
                Arguments.of(400, HttpMethod.GET, "/a\nx-b: c"),
                Arguments.of(400, HttpMethod.GET, "/a\0b"),
                Arguments.of(400, HttpMethod.GET, "a"),
                Arguments.of(400, HttpMethod.GET, "*"),
                Arguments.of(400, HttpMethod.POST, "/a#b"),
                Arguments.of(400, HttpMethod.GET, "http://other.test/a"),
                Arguments.of(400, HttpMethod.GET, "https://other.test"),
                Arguments.of(400, HttpMethod.GET, "HTTP://localhost/a"),
                Arguments.of(501, HttpMethod.CONNECT, "/"));
    }

    /** HTTP/1.1 would take each of them for more than one line. */
    @ParameterizedTest
    @ValueSource(strings = {"a\n Transfer-Encoding: chunked", "a\r\n \r\n Content-Length: 5", "a\r\n\tb", "a\r\n "})
    void aValueOfSeveralLinesIsRefused(String value) throws Exception {
        assertThat(send(HttpMethod.GET, "", "x-a", value)).startsWith("400{").contains("BadRequest");
        assertThat(send(HttpMethod.POST, "", "ce-id", value)).startsWith("400{");
    }

    @Test
    void aSecondHostIsRefused() throws Exception {
        assertThat(send(HttpMethod.GET, "", "host", "localhost:" + core.port(), "host", "other.test"))
                .startsWith("400{");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "2"})
    void aBodyOfAnotherLengthIsRefused(String length) throws Exception {
        assertThat(send(HttpMethod.POST, "hello", "content-length", length)).matches("(?s)400\\{.*BadRequest.*|reset");
    }

    /** What a caller gets: status and body, or a reset. */
    private static String send(HttpMethod method, String body, String... headers) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return vertx.createHttpClient(new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false))
                    .request(method, core.port(), "localhost", "/ok")
                    .compose(request -> {
                        for (int i = 0; i < headers.length; i += 2) {
                            request.headers().add(headers[i], headers[i + 1]);
                        }
                        return request.send(body);
                    })
                    .compose(response -> response.body().map(all -> response.statusCode() + all.toString()))
                    .recover(reset -> reset instanceof StreamResetException
                            ? Future.succeededFuture("reset")
                            : Future.failedFuture(reset))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    /** Many at once, each reset by its caller: none is an error of the core, and others are served. */
    @Test
    void callersThatResetTheirStreamsAreNoErrors() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            var http2 = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2MaxPoolSize(1));
            List<CompletableFuture<?>> resets = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                resets.add(http2.request(HttpMethod.GET, core.port(), "localhost", "/never")
                        .compose(request -> {
                            request.exceptionHandler(reset -> {});
                            return request.sendHead().onSuccess(sent -> request.reset());
                        })
                        .toCompletionStage()
                        .toCompletableFuture());
            }
            for (CompletableFuture<?> reset : resets) {
                reset.get(20, TimeUnit.SECONDS);
            }
            assertThat(core.get("/ok").text()).isEqualTo("ok");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
        assertThat(core.stderr()).doesNotContain("ERROR", "StreamReset");
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + core.port() + path))
                .timeout(Duration.ofSeconds(20));
    }
}
