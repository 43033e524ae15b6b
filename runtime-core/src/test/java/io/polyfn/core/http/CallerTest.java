package io.polyfn.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.testing.Loop;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Over real connections, because much of it is about their state. */
@Timeout(40)
class CallerTest {
    /** More than the kernel takes for a connection. */
    private static final int LARGE = 32 * 1024 * 1024;

    private final InvocationFailure exited =
            new InvocationFailure(FailureCode.WORKER_EXITED, "the worker exited with exit code 3");

    private final Loop loop = new Loop();
    private boolean draining;

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void aFailureHasItsCodeItsReasonAndTheRequestId() {
        int port = serve((caller, inbound) -> {
            caller.requestId("id-1");
            caller.fail(exited, false);
        });

        HttpClientResponse response = get(port, HttpVersion.HTTP_1_1);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.getHeader("x-polyfn-failure")).isEqualTo("WorkerExited");
        assertThat(response.getHeader("x-request-id")).isEqualTo("id-1");
        assertThat(response.getHeader("content-type")).isEqualTo("application/json");
        assertThat(response.getHeader("x-fc-status")).isNull();
        assertThat(response.getHeader("connection")).isNull();
        JsonObject body = new JsonObject(textOf(response));
        assertThat(body.getString("errorType")).isEqualTo("WorkerExited");
        assertThat(body.getString("errorMessage")).isEqualTo("the worker exited with exit code 3");
    }

    @ParameterizedTest
    @CsvSource({"WORKER_EXITED, 404", "TOO_MANY_INVOCATIONS, 404", "PAYLOAD_TOO_LARGE, 413"})
    void theFailureOfAnEventHasThePlatformsStatus(FailureCode code, int status) {
        int port = serve((caller, inbound) -> caller.fail(new InvocationFailure(code, "reason"), true));

        HttpClientResponse response = get(port, HttpVersion.HTTP_1_1);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.getHeader("x-fc-status")).isEqualTo("404");
    }

    @ParameterizedTest
    @CsvSource({
        "TOO_MANY_INVOCATIONS, 429, 1",
        "WORKER_START_FAILED,  503, 1",
        "DRAINING,             503, 1",
        "WORKER_EXITED,        502,",
        "DEADLINE_EXCEEDED,    504,",
        "PAYLOAD_TOO_LARGE,    413,",
        "FUNCTION_ERROR,       500,",
    })
    void aRetryIsSuggestedWhereItMayHelp(FailureCode code, int status, @Nullable String retryAfter) {
        int port = serve((caller, inbound) -> caller.fail(new InvocationFailure(code, "reason"), false));

        HttpClientResponse response = get(port, HttpVersion.HTTP_1_1);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.getHeader("retry-after")).isEqualTo(retryAfter);
    }

    @Test
    void nothingOfTheResponseInWhosePlaceItIsWrittenStays() {
        int port = serve((caller, inbound) -> {
            caller.status(201);
            caller.headers().set("x-mine", "1").set("content-length", "100000");
            caller.stream();
            caller.fail(exited, false);
        });

        HttpClientResponse response = get(port, HttpVersion.HTTP_1_1);

        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.getHeader("x-mine")).isNull();
        assertThat(response.getHeader("transfer-encoding")).isNull();
        assertThat(textOf(response)).contains("WorkerExited");
    }

    @Test
    void whileTheCoreDrainsCallersAreToGoElsewhere() {
        draining = true;
        int failing = serve((caller, inbound) -> caller.fail(exited, false));
        int responding = serve((caller, inbound) -> {
            caller.completeHead();
            caller.end(Buffer.buffer("ok"));
        });

        assertThat(get(failing, HttpVersion.HTTP_1_1).getHeader("connection")).isEqualTo("close");
        assertThat(get(responding, HttpVersion.HTTP_1_1).getHeader("connection"))
                .isEqualTo("close");
        assertThat(get(responding, HttpVersion.HTTP_2).getHeader("connection"))
                .as("HTTP/2 forbids it")
                .isNull();
    }

    @Test
    void aFunctionsOwnRequestIdStays() {
        int port = serve((caller, inbound) -> {
            caller.requestId("id-1");
            caller.headers().set("X-Request-Id", "mine");
            caller.completeHead();
            caller.end(Buffer.buffer("ok"));
        });

        assertThat(get(port, HttpVersion.HTTP_1_1).headers().getAll("x-request-id"))
                .containsExactly("mine");
    }

    @Test
    void aCallerThatWaitsForContinueGetsTheFailureAndNoSecondChance() throws IOException {
        int port = serve((caller, inbound) -> caller.fail(exited, false));

        String received =
                exchange(port, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");

        assertThat(received)
                .startsWith("HTTP/1.1 502 ")
                .containsIgnoringCase("connection: close\r\n")
                .contains("WorkerExited");
    }

    @Test
    void aCallerThatWasToldToContinueKeepsItsConnection() throws IOException {
        int port = serve((caller, inbound) -> {
            caller.continueBody();
            caller.continueBody();
            caller.fail(exited, false);
        });

        String received = exchange(
                port,
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello"
                        + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(received.split("HTTP/1.1 100 Continue", -1)).as("told once").hasSize(2);
        assertThat(received.split("HTTP/1.1 502 ", -1)).as("two responses").hasSize(3);
    }

    @Test
    void http10KnowsNeitherContinueNorChunks() throws IOException {
        int port = serve((caller, inbound) -> {
            caller.continueBody();
            caller.stream();
            caller.write(Buffer.buffer("one "));
            caller.end(Buffer.buffer("two"));
        });

        String received = exchange(port, "GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");

        assertThat(received)
                .startsWith("HTTP/1.0 200 ")
                .doesNotContainIgnoringCase("transfer-encoding")
                .endsWith("\r\n\r\none two");
    }

    @Test
    void aFailureAfterTheHeadBreaksTheConnectionOff() throws IOException {
        int port = serve((caller, inbound) -> {
            caller.stream();
            caller.sendHead();
            caller.write(Buffer.buffer("some")).onComplete(written -> caller.fail(exited, false));
        });

        String received = exchange(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(received).startsWith("HTTP/1.1 200 ").contains("some").doesNotContain("\r\n0\r\n", "WorkerExited");
    }

    @Test
    void aFailureAfterTheHeadResetsAnHttp2Stream() {
        int port = serve((caller, inbound) -> {
            caller.stream();
            caller.sendHead();
            caller.write(Buffer.buffer("some")).onComplete(written -> caller.fail(exited, false));
        });

        assertThat(loop.awaitFailure(() -> open(port, HttpVersion.HTTP_2)
                        .compose(HttpClientRequest::send)
                        .compose(HttpClientResponse::body)))
                .hasMessageContaining("reset");
    }

    @Test
    void aFailureAfterTheEndIsNotWritten() throws IOException {
        int port = serve((caller, inbound) -> {
            caller.end(Buffer.buffer("whole"));
            caller.fail(exited, false);
        });

        String received = exchange(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(received).startsWith("HTTP/1.1 200 ").endsWith("whole");
    }

    @Test
    void theBodyOfAFailedRequestIsDiscardedAndTheConnectionGoesOn() {
        AtomicInteger connections = new AtomicInteger();
        int port = serve((caller, inbound) -> caller.fail(exited, false), connections);
        Buffer large = Buffer.buffer(new byte[4 * 1024 * 1024]);
        HttpClient client = client(HttpVersion.HTTP_1_1);

        for (int i = 0; i < 2; i++) {
            int status = loop.await(() -> client.request(HttpMethod.POST, port, "127.0.0.1", "/")
                    .compose(request -> request.send(large))
                    .compose(response -> response.body().map(response.statusCode())));
            assertThat(status).isEqualTo(502);
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void bytesAreCountedAndTheEndIsReportedOnce() {
        List<String> events = new CopyOnWriteArrayList<>();
        int port = serve((caller, inbound) -> {
            caller.stream();
            caller.sent().onSuccess(sent -> events.add("end after " + caller.bytesWritten()));
            caller.write(Buffer.buffer("12345"));
            caller.end(Buffer.buffer("678"));
        });

        assertThat(textOf(get(port, HttpVersion.HTTP_1_1))).isEqualTo("12345678");

        assertThat(events).containsExactly("end after 8");
    }

    @Test
    void aDisconnectBeforeTheEndIsReportedAndOneAfterItIsNot() throws IOException {
        List<String> events = new CopyOnWriteArrayList<>();
        int port = serve((caller, inbound) -> {
            caller.onBreak(cause -> events.add("disconnected " + inbound.uri()));
            if (inbound.uri().equals("/whole")) {
                caller.end(Buffer.buffer("whole"));
            } else {
                caller.stream();
                caller.sendHead();
            }
        });
        exchange(port, "GET /whole HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        try (Socket socket = send(port, "GET /part HTTP/1.1\r\nHost: a\r\n\r\n")) {
            assertThat(socket.getInputStream().read()).isPositive();
        }

        await().until(() -> !events.isEmpty());
        assertThat(events).containsOnly("disconnected /part");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aResponseIsSentWhenItsCallerHasReadIt(HttpVersion version) {
        List<Caller> callers = new CopyOnWriteArrayList<>();
        HttpClientResponse response = get(largeFrom(callers, new ArrayList<>()), version);
        Future<Void> sent = callers.getFirst().sent();
        assertThat(sent.isComplete()).isFalse();

        assertThat(textOf(response)).hasSize(LARGE);

        await().until(sent::succeeded);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_1_1", "HTTP_2"})
    void aCallerThatDoesNotReadCanBeGivenUp(HttpVersion version) {
        List<Caller> callers = new CopyOnWriteArrayList<>();
        List<String> events = new CopyOnWriteArrayList<>();
        HttpClientResponse response = get(largeFrom(callers, events), version);
        Caller caller = callers.getFirst();

        Throwable seen = loop.awaitFailure(() -> {
            Future<Buffer> body = response.body();
            caller.breakOff();
            response.resume();
            return body;
        });

        assertThat(seen).isNotNull();
        assertThat(caller.sent().failed()).isTrue();
        assertThat(events).contains("broken");
    }

    private int largeFrom(List<Caller> callers, List<String> events) {
        return serve((caller, inbound) -> {
            callers.add(caller);
            caller.onBreak(cause -> events.add("broken"));
            var _ = caller.end(Buffer.buffer(new byte[LARGE]));
        });
    }

    @Test
    void trailersGoOnlyWhereTheBodyIsChunked() throws IOException {
        MultiMap trailers = MultiMap.caseInsensitiveMultiMap().add("x-sum", "1");
        int port = serve((caller, inbound) -> {
            if (inbound.uri().equals("/chunked")) {
                caller.stream();
            }
            caller.trailers(trailers);
            caller.end(Buffer.buffer("body"));
        });

        assertThat(exchange(port, "GET /chunked HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .contains("\r\n0\r\nx-sum: 1\r\n");
        assertThat(exchange(port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .endsWith("body")
                .doesNotContain("x-sum");
    }

    private int serve(BiConsumer<Caller, Inbound> handler) {
        return serve(handler, new AtomicInteger());
    }

    private int serve(BiConsumer<Caller, Inbound> handler, AtomicInteger connections) {
        return loop.await(() -> loop.vertx()
                .createHttpServer(ServerOptions.base())
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(request -> handler.accept(new Caller(request, () -> draining), Inbound.of(request)))
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort()));
    }

    private HttpClient client(HttpVersion version) {
        return loop.vertx()
                .createHttpClient(
                        new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
    }

    private Future<HttpClientRequest> open(int port, HttpVersion version) {
        return client(version).request(HttpMethod.GET, port, "127.0.0.1", "/");
    }

    private HttpClientResponse get(int port, HttpVersion version) {
        return loop.await(
                () -> open(port, version).compose(HttpClientRequest::send).onSuccess(HttpClientResponse::pause));
    }

    private String textOf(HttpClientResponse response) {
        return loop.await(() -> {
            Future<Buffer> body = response.body();
            response.resume();
            return body.map(Buffer::toString);
        });
    }

    private static Socket send(int port, String request) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** All that the server sends until it closes the connection. */
    private static String exchange(int port, String request) throws IOException {
        StringBuilder received = new StringBuilder();
        try (Socket socket = send(port, request)) {
            for (int octet = socket.getInputStream().read();
                    octet >= 0;
                    octet = socket.getInputStream().read()) {
                received.append((char) octet);
            }
        } catch (SocketException reset) {
            // A reset is an end too.
        }
        return received.toString();
    }
}
