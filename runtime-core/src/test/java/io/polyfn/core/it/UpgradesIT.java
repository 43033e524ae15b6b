package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that leave HTTP/1.1: WebSocket, and HTTP/2 without TLS. */
class UpgradesIT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;
    private static CoreProcess echo;

    @BeforeAll
    static void start() {
        core = CORES.with("websocket.js").onPort().start();
        echo = CORES.with("echo.js").start();
        core.listening();
        echo.listening();
    }

    @Test
    void messagesOfAMebibyteReturnOverAWebSocket() throws Exception {
        Messages messages = new Messages();
        WebSocket socket = open("/", messages);
        byte[] message = CoreProcess.random(1 << 20);

        for (int i = 0; i < 5; i++) {
            var _ = socket.sendBinary(ByteBuffer.wrap(message), true).join();
            assertThat(messages.next()).isEqualTo(CoreProcess.sha256(message));
        }
        var _ = socket.sendText("short", true).join();
        assertThat(messages.next()).isEqualTo("short");
        socket.abort();
    }

    @Test
    void theWorkerMaySpeakFirst() throws Exception {
        for (int i = 0; i < 20; i++) {
            Messages messages = new Messages();
            WebSocket socket = open("/greeting", messages);
            assertThat(messages.next()).isEqualTo("welcome");
            socket.abort();
        }
    }

    @Test
    void theCallerMayCloseAWebSocket() throws Exception {
        Messages messages = new Messages();
        WebSocket socket = open("/", messages);

        var _ = socket.sendClose(4002, "bye").join();

        assertThat(messages.closed.get(10, TimeUnit.SECONDS)).isEqualTo(4002);
        core.awaitStdout("client closed 4002");
    }

    @Test
    void theWorkerMayCloseAWebSocket() throws Exception {
        Messages messages = new Messages();
        WebSocket socket = open("/", messages);

        var _ = socket.sendText("close please", true).join();

        assertThat(messages.closed.get(10, TimeUnit.SECONDS)).isEqualTo(4001);
        core.awaitStdout("client closed 4001");
    }

    @Test
    void aCallerThatVanishesClosesTheWorkersSide() throws Exception {
        int closed = core.countInStdout("socket closed");
        WebSocket socket = open("/", new Messages());

        socket.abort();

        core.awaitStdout("socket closed", closed + 1);
    }

    @Test
    void aRefusalReturnsAsItIs() {
        try (Wire wire = core.connect()) {
            var answer =
                    wire.request("GET", "/refused", null, Messages.upgrade()).answer();

            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.header("x-why")).isEqualTo("rules");
            assertThat(answer.text()).isEqualTo("not here");
            assertThat(wire.request("GET", "/next", null).answer().text()).isEqualTo("no upgrade: GET /next");
        }
    }

    @Test
    void aWorkerThatKnowsNoUpgradeAnswersAsUsual() {
        try (Wire wire = echo.connect()) {
            var answer = wire.request("GET", "/plain", null, Messages.upgrade()).answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).contains("\"url\":\"/plain\"");
            assertThat(wire.request("GET", "/next", null).answer().status()).isEqualTo(200);
        }
    }

    @Test
    void aDeadlineClosesAWebSocketOnBothSides() throws Exception {
        int closed = core.countInStdout("socket closed");
        try (Wire wire = core.connect()) {
            List<String> headers = new ArrayList<>(List.of(Messages.upgrade()));
            headers.add("x-fc-function-timeout: 1");
            wire.request("GET", "/deadline", null, headers.toArray(String[]::new));
            assertThat(wire.readHead().status()).isEqualTo(101);

            assertThat(wire.ended()).isTrue();
            core.awaitStdout("socket closed", closed + 1);
        }
    }

    @Test
    void theLastMessageOfAWorkerReachesACallerThatReadsLater() {
        int closed = core.countInStdout("socket closed");
        try (Wire wire = new Wire(core.port(), 4096)) {
            wire.request("GET", "/last", null, Messages.upgrade());
            core.awaitStdout("socket closed", closed + 1);

            assertThat(wire.readHead().status()).isEqualTo(101);
            assertThat(wire.read(10 + 300_000)).startsWith(0x82, 127);
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void aWebSocketEndsWithItsWorker() throws Exception {
        CoreProcess dying = CORES.with("websocket.js").start().listening();
        Messages messages = new Messages();
        WebSocket socket = messages.from(dying, "/");

        var _ = socket.sendText("die please", true).join();

        assertThat(messages.closed
                        .handle((code, broken) -> broken != null || code == 1006)
                        .get(10, TimeUnit.SECONDS))
                .isTrue();
        dying.awaitReadyWorkers(2);
    }

    @Test
    void aWebSocketHasItsPairOfMarkers() throws Exception {
        try (Wire wire = core.connect()) {
            List<String> headers = new ArrayList<>(List.of(Messages.upgrade()));
            headers.add("x-fc-request-id: ws-marked");
            wire.request("GET", "/marked", null, headers.toArray(String[]::new));
            assertThat(wire.readHead().status()).isEqualTo(101);
            assertThat(core.stdout()).doesNotContain("FC Invoke End RequestId: ws-marked");
        }
        core.awaitStdout("FC Invoke End RequestId: ws-marked\n");
        assertThat(core.countInStdout("RequestId: ws-marked")).isEqualTo(2);
    }

    @Test
    void callersOfHttp2WithPriorKnowledgeAreServed() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = http2(vertx);
            byte[] body = CoreProcess.random(2_000_000);

            JsonObject get = ask(client, HttpMethod.GET, null);
            JsonObject post = ask(client, HttpMethod.POST, Buffer.buffer(body));

            assertThat(get.getString("url")).isEqualTo("/h2?x=1");
            assertThat(get.getString("httpVersion")).isEqualTo("1.1");
            List<String> headers = get.getJsonArray("rawHeaders").stream()
                    .map(Object::toString)
                    .map(text -> text.toLowerCase(java.util.Locale.ROOT))
                    .toList();
            assertThat(headers).doesNotContain("transfer-encoding").contains("host", "127.0.0.1:" + echo.port());
            assertThat(headers).noneMatch(name -> name.startsWith(":"));
            assertThat(post.getString("sha256")).isEqualTo(CoreProcess.sha256(body));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void manyStreamsShareOneHttp2Connection() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = http2(vertx);
            List<CompletableFuture<JsonObject>> asked = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                asked.add(askLater(client, HttpMethod.POST, Buffer.buffer("body " + i)));
            }
            for (var each : asked) {
                assertThat(each.get(20, TimeUnit.SECONDS).getString("method")).isEqualTo("POST");
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 200_000})
    void callersThatAskForHttp2ByUpgradeAreServed(int size) throws Exception {
        byte[] body = CoreProcess.random(size);
        try (var client = java.net.http.HttpClient.newBuilder()
                .version(java.net.http.HttpClient.Version.HTTP_2)
                .build()) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + echo.port() + "/upgraded"))
                    .method(size == 0 ? "GET" : "POST", HttpRequest.BodyPublishers.ofByteArray(body))
                    .timeout(java.time.Duration.ofSeconds(10))
                    .build();
            for (int i = 0; i < 3; i++) {
                var seen = new JsonObject(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
                assertThat(seen.getInteger("bytes")).isEqualTo(size);
                assertThat(seen.getString("sha256")).isEqualTo(CoreProcess.sha256(body));
            }
        }
    }

    /** An upgrade that is asked for wrongly is ignored (RFC 9110 7.8), and is never the worker's to decide. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: h2c",
                "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
                "Connection: Upgrade\r\nUpgrade: h2c",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: %%%",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c, websocket\r\nHTTP2-Settings: AAMAAABk",
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nHTTP2-Settings: AAMAAABk"
            })
    void aWrongWishForHttp2IsIgnored(String headers) {
        try (Wire wire = echo.connect()) {
            for (int i = 0; i < 2; i++) {
                var answer = wire.request("GET", "/plain", null, headers).answer();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.text().toLowerCase(java.util.Locale.ROOT))
                        .doesNotContain("upgrade", "h2c", "settings");
            }
        }
    }

    @Test
    void aLaterWishForHttp2IsIgnored() {
        try (Wire wire = echo.connect()) {
            wire.request("GET", "/first", null).answer();
            var answer = wire.request(
                            "GET",
                            "/later",
                            null,
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAAQAAP__")
                    .answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).doesNotContain("h2c");
        }
    }

    private static HttpClient http2(Vertx vertx) {
        return vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(echo.port()));
    }

    private static JsonObject ask(HttpClient client, HttpMethod method, Buffer body) throws Exception {
        return askLater(client, method, body).get(20, TimeUnit.SECONDS);
    }

    private static CompletableFuture<JsonObject> askLater(HttpClient client, HttpMethod method, Buffer body) {
        return client.request(method, "/h2?x=1")
                .compose(request -> body == null ? request.send() : request.send(body))
                .compose(response -> response.body())
                .map(answer -> new JsonObject(answer))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static WebSocket open(String path, Messages messages) throws Exception {
        return messages.from(core, path);
    }
}
