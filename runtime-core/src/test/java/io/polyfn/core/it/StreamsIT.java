package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies are streamed both ways as they come, at the pace of the slower side, and end on both sides when one leaves. */
class StreamsIT {
    private static final long GIBIBYTE = 1L << 30;
    /** What a gibibyte may add to the core's memory: its buffers, and the heap that it was given from the start. */
    private static final long GROWTH_KILOBYTES = 64 * 1024;

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    @BeforeAll
    static void start() {
        core = CORES.start("answers.js");
    }

    @Test
    void chunksPassBothWaysOneByOne() {
        try (Wire wire = core.connect()) {
            wire.head("POST", "/turn-by-turn", "Transfer-Encoding: chunked");
            var head = wire.readHead();
            assertThat(head.status()).as(head.toString()).isEqualTo(200);
            for (String word : new String[] {"first", "second", "third"}) {
                wire.chunk(word);
                assertThat(new String(wire.readChunk(), UTF_8)).isEqualTo("got " + word);
            }
            wire.lastChunk();
            assertThat(wire.readChunk()).isEmpty();
        }
    }

    @Test
    void serverSentEventsArriveOneByOne() {
        try (Wire wire = core.connect()) {
            var head = wire.request("GET", "/event-source", null).readHead();

            assertThat(head.header("content-type")).isEqualTo("text/event-stream");
            for (int i = 0; i < 3; i++) {
                assertThat(new String(wire.readChunk(), UTF_8)).isEqualTo("data: " + i + "\n\n");
            }
            assertThat(wire.readChunk()).isEmpty();
        }
    }

    @Test
    void aStreamThatIsOverSoonIsNoErrorInTheLog() {
        try (Wire wire = core.connect()) {
            wire.request("GET", "/down?bytes=10", null).readHead();
            assertThat(wire.readChunk()).hasSize(10);
            assertThat(wire.readChunk()).isEmpty();
        }

        await().during(Duration.ofMillis(300))
                .untilAsserted(() -> assertThat(core.stderr()).doesNotContain("Unhandled exception"));
    }

    @Test
    void theHeadOfAStreamIsNotKeptBackUntilItsFirstByte() {
        try (Wire wire = core.connect()) {
            assertThat(wire.request("GET", "/never?head", null).readHead().status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "announced: {0}")
    @ValueSource(booleans = {true, false})
    void aGibibyteDownDoesNotGrowTheCore(boolean announced) {
        long before = core.residentKilobytes();
        try (Wire wire = core.connect()) {
            var head = wire.request("GET", "/down?bytes=" + GIBIBYTE + (announced ? "&length" : ""), null)
                    .readHead();
            long bytes = 0;
            if (announced) {
                assertThat(head.header("content-length")).isEqualTo("" + GIBIBYTE);
                for (; bytes < GIBIBYTE; bytes += 1 << 18) {
                    wire.read(1 << 18);
                }
            } else {
                for (byte[] chunk = wire.readChunk(); chunk.length > 0; chunk = wire.readChunk()) {
                    bytes += chunk.length;
                }
            }
            assertThat(bytes).isEqualTo(GIBIBYTE);
        }
        assertGrewLittle("1 GiB down", before);
    }

    @ParameterizedTest(name = "announced: {0}")
    @ValueSource(booleans = {true, false})
    void aGibibyteUpDoesNotGrowTheCore(boolean announced) {
        long before = core.residentKilobytes();
        byte[] block = new byte[1 << 18];
        try (Wire wire = core.connect()) {
            wire.head("PUT", "/up", announced ? "Content-Length: " + GIBIBYTE : "Transfer-Encoding: chunked");
            for (long bytes = 0; bytes < GIBIBYTE; bytes += block.length) {
                if (announced) {
                    wire.send(block);
                } else {
                    wire.chunk(block);
                }
            }
            if (!announced) {
                wire.lastChunk();
            }
            assertThat(wire.answer().text()).isEqualTo("" + GIBIBYTE);
        }
        assertGrewLittle("1 GiB up", before);
    }

    @Test
    void aSlowReaderSlowsTheWorkerDownInsteadOfFillingTheCore() {
        long before = core.residentKilobytes();
        int bytes = 300_000_000;
        int given = core.countInStdout("all given away");
        try (Wire wire = core.connect()) {
            wire.request("GET", "/down?slow&length&bytes=" + bytes, null).readHead();
            wire.read(1_000_000);
            // Other invocations go on meanwhile.
            for (int i = 0; i < 50; i++) {
                assertThat(core.call("PUT", "/up", new byte[100_000]).text()).isEqualTo("100000");
            }
            assertThat(core.countInStdout("all given away"))
                    .as("the worker has given nearly all away, so somebody buffers it")
                    .isEqualTo(given);
            assertGrewLittle("300 MB to a slow reader", before);
        }
        core.awaitStdout("cut off GET /down?slow&length&bytes=" + bytes);
    }

    @Test
    void aSlowWorkerSlowsTheCallerDown() throws Exception {
        long before = core.residentKilobytes();
        try (Wire wire = core.connect()) {
            wire.head("PUT", "/never?head", "Content-Length: 300000000", "x-fc-request-id: slow-worker");
            assertThat(wire.readHead().status()).isEqualTo(200);
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> wire.send(new byte[300_000_000]));
            for (int i = 0; i < 50; i++) {
                assertThat(core.call("PUT", "/up", new byte[100_000]).text()).isEqualTo("100000");
            }
            assertThat(sending.isDone()).as("somebody took the body in").isFalse();
            assertGrewLittle("300 MB to a slow worker", before);
            wire.leave();
            assertThat(sending.handle((done, broken) -> broken).get()).isNotNull();
        }
        core.awaitStdout("FC Invoke End RequestId: slow-worker\n");
    }

    @ParameterizedTest
    @CsvSource({
        "a request that waits for its answer, GET, /never?wait",
        "a stream that has begun, GET, /never?head&stream",
    })
    void aCallerThatLeavesEndsItsRequestInTheWorker(String what, String method, String path) {
        Wire wire = core.connect();
        wire.request(method, path, null);
        core.awaitStdout("begun " + method + " " + path);

        wire.leave();

        core.awaitStdout("cut off " + method + " " + path);
    }

    @Test
    void aCallerThatClosesInOrderEndsItsRequestInTheWorkerToo() {
        Wire wire = core.connect();
        wire.request("GET", "/never?fin", null, "x-fc-request-id: left");
        core.awaitStdout("begun GET /never?fin");

        wire.close();

        core.awaitStdout("cut off GET /never?fin");
        core.awaitStdout("FC Invoke End RequestId: left\n");
    }

    @Test
    void aCallerThatLeavesInTheMiddleOfItsBodyEndsItsRequestInTheWorker() {
        Wire wire = core.connect();
        wire.head("PUT", "/up?half", "Content-Length: 1000").send("half");
        core.awaitStdout("begun PUT /up?half");

        wire.leave();

        core.awaitStdout("aborted PUT /up?half");
    }

    @Test
    void aCallerThatLeavesWhileItWaitsForAWorkerCallsNoFunction() {
        CoreProcess slow = CORES.with("failing.js").managed().start().listening();
        slow.call("GET", "/exit-then-start-late", null);
        Wire wire = slow.connect();
        wire.request("GET", "/waited?left", null, "x-fc-request-id: impatient");
        slow.awaitInFlight(1);

        wire.leave();

        slow.awaitStdout("FC Invoke End RequestId: impatient\n");
        assertThat(slow.get("/waited?stayed").status()).isEqualTo(200);
        assertThat(slow.stdout()).doesNotContain("/waited?left").contains("/waited?stayed");
    }

    private static void assertGrewLittle(String what, long before) {
        long after = core.residentKilobytes();
        CoreProcess.say(what + ": resident " + before / 1024 + " -> " + after / 1024 + " MiB");
        assertThat(after - before).as("kilobytes that the core grew by").isLessThan(GROWTH_KILOBYTES);
    }
}
