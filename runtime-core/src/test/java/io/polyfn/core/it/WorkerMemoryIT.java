package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Workers that would make the core hold more at the Runtime API than its memory bears: some of what they send is refused, the core lives, and
 * a worker that behaves is served all the time.
 */
@Isolated("thousands of connections at a time")
class WorkerMemoryIT {
    private static final String PREFIX = "/2018-06-01/runtime";
    private static final String INIT_ERROR = PREFIX + "/init/error";

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    private final List<Wire> open = new ArrayList<>();
    private CoreProcess core;
    private int workers = 1;

    @BeforeEach
    void start() {
        core = cores.poller("lambda", 4).start().listening();
    }

    @AfterEach
    void theWorkerIsServed() {
        open.forEach(Wire::close);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> core.invoke("again").text().equals("Hello, again"));
        assertThat(core.readyWorkers()).isEqualTo(workers);
    }

    @Test
    void manyHalfHeads() {
        String half = "GET " + PREFIX + "/invocation/next HTTP/1.1\r\nHost: a\r\nx-large: " + "x".repeat(60 * 1024);
        sendOnMany(1500, () -> connect().send(half));

        assertThat(core.invoke("meanwhile").text()).isEqualTo("Hello, meanwhile");
    }

    @Test
    void manyErrorsOfItsInitialization() {
        String length = "Content-Length: 250000";
        List<Wire> posts =
                sendOnMany(400, () -> quietly(connect().head("POST", INIT_ERROR, length), "[" + "{},".repeat(83_331)));

        assertThat(core.invoke("meanwhile").text()).isEqualTo("Hello, meanwhile");
        posts.forEach(post -> quietly(post, "   {}]"));
        assertThat(posts.stream().map(post -> post.answer().status()))
                .contains(202, 429)
                .isSubsetOf(202, 429, 503);
    }

    @Test
    void manyPolls() {
        List<Wire> polls = sendOnMany(8000, () -> connect().head("GET", PREFIX + "/invocation/next"));

        Wire.Answer refused = polls.getLast().answer();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(new JsonObject(refused.text()).getString("errorType")).isEqualTo("MemoryExhausted");
        assertThat(core.isAlive()).isTrue();
    }

    /** Before the core has a server for them. */
    @Test
    void manyConnectionsThatComeEarly() {
        CoreProcess early = cores.poller("lambda", 4).env("CROWD", 1500).start().listening();

        assertThat(early.invoke("meanwhile").text()).isEqualTo("Hello, meanwhile");
        assertThat(early.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        for (String call : List.of(INIT_ERROR, "/2020-01-01/extension/register")) {
            try (Wire known = connect();
                    Wire chunked = connect()) {
                known.head("POST", call, "Lambda-Extension-Name: a", "Content-Length: 1000000");
                assertThat(known.readHead().status()).isEqualTo(413);

                chunked.head("POST", call, "Lambda-Extension-Name: a", "Transfer-Encoding: chunked");
                for (int i = 0; i < 10; i++) {
                    chunked.chunk(new byte[100_000]);
                }
                Wire.Answer refused = chunked.lastChunk().answer();
                assertThat(refused.status()).isEqualTo(413);
                assertThat(new JsonObject(refused.text()).getString("errorType"))
                        .isEqualTo("RequestTooLarge");
                // The rest has been read.
                assertThat(chunked.head("GET", "/").answer().status()).isEqualTo(404);
            }
        }
    }

    /** What callers hold is not the worker's: it has room for what it needs all the time. */
    @Test
    void callersThatHoldAllMemoryDoNotKeepTheWorkerOut() {
        core = cores.poller("lambda", 1).start().listening();
        open.add(core.connect().invoke("hold"));
        core.awaitStdout("holding ");
        sendOnMany(10_000, () -> core.connect().head("GET", "/in-line"));
        assertThat(core.get("/more").failure()).isEqualTo("MemoryExhausted");

        List<Wire> more = Stream.generate(() -> connect().head("GET", PREFIX + "/elsewhere"))
                .limit(300)
                .toList();

        open.addAll(more);
        assertThat(more).allSatisfy(wire -> assertThat(wire.answer().status()).isEqualTo(404));
        Signals.send("USR2", core.workerPid());
    }

    @Test
    void aWorkerThatTakesAllItMayHaveTakesNothingOfTheOthers() {
        core = cores.poller("lambda", 1).env("POLYFN_WORKERS", 2).start().listening();
        workers = 2;
        core.awaitReadyWorkers(workers);
        List<Integer> apis =
                core.workerAddresses().stream().map(WorkerMemoryIT::port).toList();
        sendOnMany(4000, () -> new Wire(apis.getFirst()).head("GET", PREFIX + "/invocation/next"));
        assertThat(open.getLast().answer().status()).isEqualTo(503);

        List<Wire> others = Stream.generate(() -> new Wire(apis.getLast()).head("GET", PREFIX + "/elsewhere"))
                .limit(100)
                .toList();

        open.addAll(others);
        assertThat(others).allSatisfy(wire -> assertThat(wire.answer().status()).isEqualTo(404));
    }

    private Wire connect() {
        return new Wire(port(core.workerAddress()));
    }

    private static int port(String api) {
        Matcher address = Pattern.compile(":(\\d+)").matcher(api);
        assertThat(address.find()).isTrue();
        return Integer.parseInt(address.group(1));
    }

    /** One that has been refused may be closed by now. */
    private static Wire quietly(Wire wire, String data) {
        try {
            return wire.send(data);
        } catch (UncheckedIOException closed) {
            return wire;
        }
    }

    private List<Wire> sendOnMany(int count, Supplier<Wire> sending) {
        for (int i = 0; i < count; i++) {
            open.add(sending.get());
        }
        return open;
    }
}
