package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that stall, with no deadline, where others wait for their place. */
class SlowCallersIT {
    private static final int LITTLE = 8192;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest
    @ValueSource(strings = {"/invoke", "/path"})
    void anUploadThatStallsInTheWorkerHoldsNobodyUp(String path) {
        CoreProcess core = poller(1);
        // More than the core holds and the sockets' buffers take: a part is in the worker.
        try (Wire stalled =
                core.connect().head("POST", path, "Content-Length: 30000000").send(new byte[25_000_000])) {
            assertThat(core.invoke("next").text()).isEqualTo("Hello, next");

            assertThat(stalled.answer().failure()).isEqualTo("CallerTooSlow");
        }
        assertThat(core.invoke("after").text()).isEqualTo("Hello, after");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/invoke", "/path"})
    void uploadsThatStallHoldNobodyUp(String path) {
        CoreProcess core = poller(1);
        List<Wire> stalled = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            stalled.add(
                    core.connect().head("POST", path, "Content-Length: 2000000").send(new byte[1_000_000]));
        }

        for (int i = 0; i < 3; i++) {
            core.awaitRead();
            assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        }
        stalled.forEach(Wire::leave);
        assertThat(core.invoke("after").text()).isEqualTo("Hello, after");
        // The worker exits over each event that the core breaks off, which is no crash of its own.
        assertThat(core.stderr()).doesNotContainPattern("restarting in [1-9]");
    }

    @Test
    void aStreamThatIsNotReadHoldsNobodyUp() {
        CoreProcess core = poller(1);
        try (Wire slow = new Wire(core.port(), LITTLE).invoke("very large")) {
            slow.readHead();

            assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
        }
        assertThat(core.stderr()).contains("CallerTooSlow");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aLargeJsonThatIsNotReadHoldsNoOtherUp() {
        CoreProcess core = poller(2);
        List<Wire> slow = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Wire one = new Wire(core.port(), LITTLE).request("GET", "/large%20json", null);
            slow.add(one);
        }

        assertThat(core.get("/large%20json").body()).hasSize(6_000_000);
        slow.forEach(Wire::leave);
    }

    @Test
    void whereNobodyWaitsACallerMayBeSlow() {
        CoreProcess core = poller(2);
        try (Wire slow = core.connect().head("POST", "/invoke", "Content-Length: 2000000")) {
            slow.send(new byte[1_000_000]);
            for (int i = 0; i < 3; i++) {
                assertThat(core.invoke("stream").status()).isEqualTo(200);
            }

            assertThat(slow.send(new byte[1_000_000]).answer().text()).endsWith(" 2000000");
        }
    }

    @Test
    void onThePushLinkAPermitIsNotHeldForEver() {
        CoreProcess core = cores.with("sizes.js")
                .env("POLYFN_CALLER_TIMEOUT", "1s")
                .env("POLYFN_CONCURRENCY", 1)
                .env("POLYFN_QUEUE", 10)
                .start()
                .listening();
        try (Wire slow = new Wire(core.port(), LITTLE).request("GET", "/30000000", null);
                Wire stalled = core.connect().head("POST", "/2", "Content-Length: 20")) {
            slow.readHead();
            stalled.send("half");

            assertThat(core.get("/2").text()).isEqualTo("xx");

            assertThat(stalled.answer().status()).isEqualTo(408);
            assertThat(slow.ended()).as("more came than the buffers hold").isFalse();
        }
    }

    private CoreProcess poller(int loops) {
        return cores.poller("lambda", loops)
                .env("POLYFN_CALLER_TIMEOUT", "1s")
                .start()
                .listening();
    }
}
