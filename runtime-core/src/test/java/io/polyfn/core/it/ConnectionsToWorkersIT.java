package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a connection to the worker when its caller, or the worker, does not keep up. */
class ConnectionsToWorkersIT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    @BeforeAll
    static void start() {
        core = CORES.start("connections.js");
    }

    @Test
    void aWorkerThatReadsLateGetsAllOfAnUpgrade() throws Exception {
        byte[] data = CoreProcess.random(100_000_000);
        try (Wire wire = core.connect()) {
            wire.request("GET", "/", null, "Connection: Upgrade", "Upgrade: bytes");
            assertThat(wire.readHead().status()).isEqualTo(101);
            var sent = CompletableFuture.runAsync(() -> wire.send(data));

            assertThat(wire.read(64)).asString().isEqualTo(CoreProcess.sha256(data));
            sent.get(1, TimeUnit.MINUTES);
        }
    }

    /** Vert.x closes a connection after what it has still to send, which nobody reads here. */
    @Test
    void aRequestThatIsNeverReadLeavesNoConnection() {
        CoreProcess core = CORES.start("connections.js");
        int descriptors = core.openDescriptors();
        for (int i = 0; i < 3; i++) {
            try (Wire wire = core.connect()) {
                wire.head("POST", "/unread", "x-fc-function-timeout: 1", "Content-Length: 10000000")
                        .send(new byte[1_000_000]);
                assertThat(wire.answer().failure()).isEqualTo("DeadlineExceeded");
            }
            // A worker that says nothing for so long would be replaced.
            assertThat(core.call("GET", "/bytes/1/0", null).text()).isEqualTo("x");
        }
        // One connection stays for the next request.
        await().untilAsserted(() -> assertThat(core.openDescriptors()).isLessThanOrEqualTo(descriptors + 1));
    }

    /** The worker is free for the next request while a slow caller has not got the last of its response. */
    @ParameterizedTest
    @ValueSource(ints = {200_000, 230_000, 260_000})
    void aSlowCallersDeadlineIsNobodyElses(int size) {
        try (Wire slow = new Wire(core.port(), 4096)) {
            slow.request("GET", "/bytes/" + size + "/0", null, "x-fc-function-timeout: 1");
            assertThat(slow.readHead().status()).isEqualTo(200);

            assertThat(get("/bytes/10/1500")).hasSize(10);
        }
    }

    @Test
    void theLastResponseOfAWorkerThatExitsIsComplete() {
        for (int i = 1; i <= 5; i++) {
            assertThat(get("/exit/50000")).hasSize(50_000);
            core.awaitReadyWorkers(i + 1);
        }
    }

    private static String get(String path) {
        try (Wire wire = core.connect()) {
            return wire.request("GET", path, null).answer().text();
        }
    }
}
