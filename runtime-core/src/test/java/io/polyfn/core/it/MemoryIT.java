package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Callers that would make the core hold more than its memory bears: some of them are refused, the core lives, and others are served, at the
 * latest when those have gone.
 */
@Isolated("thousands of connections at a time")
class MemoryIT {
    private static final String LARGE = "x-large: " + "x".repeat(50 * 1024);

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    private final List<Wire> open = new ArrayList<>();
    private CoreProcess core;
    private long worker;

    @BeforeEach
    void start() {
        core = cores.start("answers.js");
        worker = core.workerPid();
    }

    @AfterEach
    void othersAreServed() {
        open.forEach(Wire::close);
        await().atMost(Duration.ofSeconds(20)).until(() -> core.get("/early").status() == 200);
        assertThat(core.workerPid()).isEqualTo(worker);
    }

    @Test
    void manyLargeHeads() {
        List<Wire> sent = sendOnMany(1000, () -> core.connect().head("GET", "/never", LARGE));

        assertThat(sent.stream().filter(MemoryIT::isRefused)).isNotEmpty();
    }

    @Test
    void aHeadThatDoesNotFitIsRefusedAfterTheResponsesBeforeIt() {
        sendOnMany(1000, () -> core.connect().head("GET", "/never", LARGE));
        Wire wire = core.connect().head("GET", "/late").head("GET", "/never", LARGE);

        assertThat(wire.answer().text()).isEqualTo("late");
        assertThat(wire.answer().failure()).isEqualTo("MemoryExhausted");
    }

    @Test
    void manyHalfHeads() {
        String half = "GET /early HTTP/1.1\r\nHost: a\r\nx-large: " + "x".repeat(60 * 1024);
        sendOnMany(1000, () -> core.connect().send(half));

        assertThat(core.get("/early").status()).isEqualTo(200);
    }

    /** 2 KB of them are 100 KB of objects. */
    @ParameterizedTest
    @ValueSource(strings = {"\r\n", ""})
    void manyHeadsWithHeadersOfOneLetter(String end) {
        String head = "GET /never HTTP/1.1\r\nHost: a\r\n" + "a:b\r\n".repeat(380);
        sendOnMany(1500, () -> core.connect().send(head + end));
    }

    /** A read of 16 KB brings 600 of them, of which there are objects before the first has its response. */
    @Test
    void manySmallRequestsInLine() {
        String small = "GET /early HTTP/1.1\r\nHost: a\r\n\r\n".repeat(4000);
        sendOnMany(600, () -> core.connect().head("GET", "/never").send(small));
    }

    /** Vert.x holds as many chunks of one byte as of 16 KB. */
    @Test
    void manyUploadsInChunksOfOneByte() {
        String chunks = "1\r\na\r\n".repeat(20_000);
        sendOnMany(
                300,
                () -> core.connect()
                        .head("POST", "/never", "Transfer-Encoding: chunked")
                        .send(chunks));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/many-chunks", "/large-head", "/large-trailers"})
    void manyResponsesInSmallChunksOrWithLargeHeads(String path) {
        CoreProcess odd = cores.with("malformed.js").start().listening();
        sendOnMany(300, () -> odd.connect().head("GET", path));

        assertThat(odd.get("/early").status()).isEqualTo(200);
        open.forEach(Wire::close);
        await().atMost(Duration.ofSeconds(20)).until(() -> odd.get("/early").status() == 200);
    }

    @Test
    void manyUploadsThatNobodyReadsAndThatAreReset() {
        byte[] part = new byte[100_000];
        List<Wire> uploads = sendOnMany(600, () -> {
            Wire wire = core.connect().head("POST", "/never", "Content-Length: 2000000");
            try {
                return wire.send(part);
            } catch (UncheckedIOException refused) {
                return wire;
            }
        });

        uploads.forEach(Wire::leave);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/down?bytes=2000000", "/down?bytes=2000000&length"})
    void manyCallersThatDoNotReadTheirResponses(String path) {
        sendOnMany(800, () -> core.connect().head("GET", path));

        assertThat(core.get("/early").status()).isEqualTo(200);
    }

    @Test
    void largeResponsesToRefusedUpgrades() {
        List<Wire> sent = sendOnMany(
                4, () -> core.connect().head("GET", "/down?bytes=25000000", "Connection: Upgrade", "Upgrade: foo"));

        for (Wire wire : sent) {
            assertThat(wire.answer().body()).hasSize(25_000_000);
        }
    }

    @Test
    void whatDoesNotFitGetsAResponse() {
        List<Wire> sent = sendOnMany(10_000, () -> core.connect().head("GET", "/never?head"));

        assertThat(sent).allSatisfy(wire -> assertThat(wire.readHead().status()).isIn(200, 503));
    }

    @Test
    void idleConnectionsMakeRoom() {
        sendOnMany(10_000, core::connect);

        await().atMost(Duration.ofSeconds(20)).until(() -> core.get("/early").status() == 200);
    }

    /** They take twice as much as those of HTTP/1.1, some of it before the caller's settings have arrived. */
    @ParameterizedTest
    @ValueSource(strings = {"preface", "preface and settings", "upgrade"})
    void idleHttp2ConnectionsMakeRoom(String start) {
        sendOnMany(9_000, () -> switch (start) {
            case "preface" -> core.connect().send(Http2Wire.PREFACE);
            case "upgrade" -> core.connect().head("GET", "/early", Http2Wire.UPGRADE);
            default -> core.connect().send(Http2Wire.start());
        });

        await().atMost(Duration.ofSeconds(20)).until(() -> core.get("/early").status() == 200);
    }

    @Test
    void manyEventsAtOnce() {
        byte[] event = new byte[60_000];
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1000; i++) {
                answers.add(CompletableFuture.supplyAsync(
                        () -> core.call("POST", "/up", event).status(), threads));
            }
        }

        assertThat(answers.stream().map(CompletableFuture::join)).contains(200).isSubsetOf(200, 503);
    }

    /** The end of a stream comes with the head: no body is to be expected, and nothing is taken for one. */
    @Test
    void manyHttp2RequestsWithoutABodyAreServedAtOnce() {
        core = cores.with("answers.js").managed().start().listening();
        worker = core.workerPid();

        sendOnMany(10, () -> core.connect().send(Http2Wire.start()).send(Http2Wire.requests(1, 100, "/never")));

        core.awaitInFlight(1000);
    }

    /** They keep those waiting who are refused, and are given up. */
    @Test
    void manyHttp2StreamsThatNobodyReads() {
        core = cores.with("answers.js")
                .env("POLYFN_CALLER_TIMEOUT", "1s")
                .start()
                .listening();
        worker = core.workerPid();
        List<HttpClient> clients = Stream.generate(MemoryIT::http2).limit(40).toList();
        for (HttpClient client : clients) {
            // A connection that does not fit is refused.
            client.sendAsync(request("/early"), BodyHandlers.discarding())
                    .handle((response, refused) -> response)
                    .join();
            for (int i = 0; i < 90; i++) {
                var _ = client.sendAsync(request("/down?bytes=2000000"), info -> new NobodyReads());
            }
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> core.get("/early").status() == 200);
        clients.forEach(HttpClient::shutdownNow);
    }

    /** Each is complete, and stays until its caller has read it, or is given up. */
    @ParameterizedTest
    @ValueSource(strings = {"/early", "/no such path", "/down?bytes=60000&length"})
    void manyHttp2ResponsesThatNobodyReads(String path) {
        core = cores.with("answers.js")
                .env("POLYFN_CALLER_TIMEOUT", "5s")
                .start()
                .listening();
        worker = core.workerPid();
        byte[] noWindow = Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
        List<Wire> wires =
                sendOnMany(320, () -> core.connect().send(Http2Wire.start()).send(noWindow));
        for (int stream = 1; stream < 600; stream += 20) {
            byte[] requests = Http2Wire.requests(stream, 10, path);
            wires.forEach(wire -> sendUnlessClosed(wire, requests));
            assertThat(core.get("/early").status()).isIn(200, 503);
        }

        await().atMost(Duration.ofSeconds(20)).until(() -> core.get("/early").status() == 200);
    }

    private static void sendUnlessClosed(Wire wire, byte[] bytes) {
        try {
            wire.send(bytes);
        } catch (UncheckedIOException closed) {
            // Its memory is another's.
        }
    }

    @ParameterizedTest
    @CsvSource({"-Xmx64m, 6, 200", "-Xmx64m, 40, 200", "-Xmx32m, 6, 502", "-Xmx32m, 40, 502"})
    void largeResponsesInJson(String heap, int callers, int alone) {
        CoreProcess small = cores.poller("lambda", callers)
                .javaOption(heap)
                .javaOption("-XX:MaxDirectMemorySize=" + heap.substring(4))
                .start()
                .listening();
        for (String path : List.of("/wide%20json", "/escaped%20json", "/base64%20json")) {
            assertThat(small.get(path).status()).isEqualTo(alone);
        }

        List<Wire> sent = sendOnMany(callers, () -> small.connect().head("GET", "/wide%20json"));

        assertThat(sent).allSatisfy(wire -> assertThat(wire.answer().status()).isIn(alone, 503));
        assertThat(small.get("/early").status()).isEqualTo(200);
        if (alone == 200) {
            // A client whose response is refused as too large exits, and so do the SDKs'.
            assertThat(small.readyWorkers()).isEqualTo(1);
        }
    }

    @Test
    void manyCallersThatDoNotReadTheirStreamsFromThePullLink() {
        CoreProcess pull = cores.poller("lambda", 420).start().listening();
        sendOnMany(400, () -> pull.connect().head("GET", "/large%20stream"));

        assertThat(pull.get("/early").status()).isEqualTo(200);
        open.forEach(Wire::close);
        await().atMost(Duration.ofSeconds(20)).until(() -> pull.get("/early").status() == 200);
        assertThat(pull.readyWorkers()).isEqualTo(1);
    }

    private List<Wire> sendOnMany(int count, Supplier<Wire> sending) {
        for (int i = 0; i < count; i++) {
            open.add(sending.get());
        }
        return open;
    }

    private static boolean isRefused(Wire wire) {
        return wire.readHead().failure().equals("MemoryExhausted");
    }

    private static HttpClient http2() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + core.port() + path))
                .build();
    }

    /** Asks for nothing, so that the client's window stays closed. */
    private static final class NobodyReads implements java.net.http.HttpResponse.BodySubscriber<Void> {
        private final CompletableFuture<Void> never = new CompletableFuture<>();

        @Override
        public CompletableFuture<Void> getBody() {
            return never;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable broken) {}

        @Override
        public void onComplete() {}
    }
}
