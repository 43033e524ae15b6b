package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams, WebSockets, HTTP/2 and many requests at once, through Knative's own queue-proxy. */
@TestInstance(Lifecycle.PER_CLASS)
class KnativeStreamsIT {
    private static final int MANY = 200;

    private final KnativePods pods = new KnativePods();
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stopPods() {
        pods.stop();
    }

    @AfterAll
    void close() throws Exception {
        get(vertx.close());
        pods.close();
    }

    /** Over HTTP/2 all of them are streams of one connection, to the queue-proxy and from there to the core. */
    @ParameterizedTest
    @EnumSource(
            value = HttpVersion.class,
            names = {"HTTP_1_1", "HTTP_2"})
    void aContainerConcurrencyOf0BringsAllRequestsAtOnce(HttpVersion version) throws Exception {
        var revision = KnativeRevision.ofHttpFunction().withConcurrency(0);
        var function = pods.start(over(version, revision)).ready().function();
        var client = client(version);

        var answers = IntStream.range(0, MANY)
                .mapToObj(_ -> request(client, HttpMethod.GET, function, "/together?count=" + MANY)
                        .compose(HttpClientRequest::send)
                        .map(HttpClientResponse::statusCode))
                .toList();

        for (var answer : answers) {
            assertThat(get(answer)).isEqualTo(200);
        }
    }

    @Test
    void anHttp2CallerReceivesWhileItSends() throws Exception {
        var revision = over(HttpVersion.HTTP_2, KnativeRevision.ofHttpFunction());
        var function = pods.start(revision).ready().function();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();

        var request = get(request(client(HttpVersion.HTTP_2), HttpMethod.POST, function, "/echo"));
        get(request.setChunked(true).write("first"));
        var response = get(request.response().map(head -> head.handler(data -> received.add(data.toString()))));

        assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(next(received)).isEqualTo("first");
        var end = response.end();
        get(request.end("second"));
        assertThat(next(received)).isEqualTo("second");
        get(end);
    }

    @Test
    void theEventsOfAStreamArriveOneByOne() throws Exception {
        var function = pods.start(KnativeRevision.ofHttpFunction()).ready().function();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();

        var response = get(request(client(HttpVersion.HTTP_1_1), HttpMethod.GET, function, "/stream")
                .compose(HttpClientRequest::send)
                .map(head -> head.handler(data -> received.add(data.toString()))));
        var end = response.end();

        assertThat(response.getHeader("content-type")).isEqualTo("text/event-stream");
        for (var event : List.of("first", "second", "third")) {
            post(function, event);
            assertThat(next(received)).isEqualTo("data: " + event + "\n\n");
        }
        post(function, "");
        get(end);
        assertThat(received).isEmpty();
    }

    @Test
    void aWebSocketPassesMessagesBothWaysAndTheCloseCode() throws Exception {
        var function = pods.start(KnativeRevision.ofHttpFunction()).ready().function();
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        var address = function.address();

        var socket = get(vertx.createWebSocketClient()
                .connect(new WebSocketConnectOptions()
                        .setHost(address.getHost())
                        .setPort(address.getPort())
                        .setURI("/"))
                .map(opened -> opened.textMessageHandler(received::add)));
        for (var message : List.of("first", "second")) {
            get(socket.writeTextMessage(message));
            assertThat(next(received)).isEqualTo(message);
        }
        var closed = Future.<Void>future(promise -> socket.closeHandler(promise::complete));
        get(socket.close((short) 4000));
        get(closed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 4000);
    }

    private static KnativeRevision over(HttpVersion version, KnativeRevision revision) {
        return version == HttpVersion.HTTP_2 ? revision.with("name: http1", "name: h2c") : revision;
    }

    private HttpClient client(HttpVersion version) {
        return vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setMaxPoolSize(MANY));
    }

    private static Future<HttpClientRequest> request(
            HttpClient client, HttpMethod method, Function function, String path) {
        var address = function.address();
        return client.request(method, address.getPort(), address.getHost(), path);
    }

    private static void post(Function function, String event) throws IOException {
        var request = function.request("/next").POST(BodyPublishers.ofString(event));
        assertThat(function.send(request, Duration.ofSeconds(10)).statusCode()).isEqualTo(200);
    }

    private static @Nullable String next(BlockingQueue<String> received) throws InterruptedException {
        return received.poll(10, TimeUnit.SECONDS);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
