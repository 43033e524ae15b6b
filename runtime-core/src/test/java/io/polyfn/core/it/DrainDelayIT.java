package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Between SIGTERM and the drain all is served as before, for callers who do not know yet that they should go elsewhere. */
class DrainDelayIT {
    private static final Duration DELAY = Duration.ofSeconds(10);

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @Test
    void whoeverComesInTheDelayIsServedAndToldToGo() throws Exception {
        CoreProcess core = delayed("gate.js").managed().start().listening();
        awaitReadiness(core, 200);
        long from = System.nanoTime();
        core.terminate();
        awaitReadiness(core, 503);

        Wire.Answer served = core.get("/quick");
        assertThat(served.text()).isEqualTo("last");
        assertThat(served.header("connection")).isEqualToIgnoringCase("close");
        for (int connection = 0; connection < 3; connection++) {
            assertThat(overHttp2(core)).isEqualTo("last");
        }
        core.terminate();
        try (Wire begun = core.connect().request("GET", "/held", null)) {
            core.awaitStdout("begun GET /held");
            assertThat(core.stdout()).doesNotContain("/pre-stop");
            assertThat(since(from)).isLessThan(DELAY);
            await().until(() -> since(from).compareTo(DELAY) > 0);

            Signals.send("USR2", core.workerPid());

            assertThat(begun.answer().text()).isEqualTo("last");
        }
        assertThat(core.end().code()).isZero();
        assertThat(core.countInStdout("begun GET /pre-stop")).isEqualTo(1);
    }

    @Test
    void theGracePeriodBeginsAfterTheDelay() {
        CoreProcess core = delayed("gate.js").env("POLYFN_GRACE", "1s").start().listening();
        try (Wire wire = core.connect().request("GET", "/held", null)) {
            core.awaitStdout("begun GET /held");
            long from = System.nanoTime();

            core.terminate();

            assertThat(wire.answer().failure()).isEqualTo("Draining");
            assertThat(since(from)).isBetween(DELAY.plusMillis(500), DELAY.plusSeconds(3));
        }
        assertThat(core.end().code()).isZero();
    }

    @Test
    void webSocketsGoOnInTheDelay() throws Exception {
        CoreProcess core = delayed("websocket.js").start().listening();
        Messages messages = new Messages();
        WebSocket socket = messages.from(core, "/");
        core.terminate();
        await().until(() -> core.get("/").header("connection").equalsIgnoreCase("close"));

        var _ = socket.sendText("still here", true).join();

        assertThat(messages.next()).isEqualTo("still here");
        assertThat(messages.code()).isEqualTo(1001);
        assertThat(core.end().code()).isZero();
    }

    @Test
    void aSecondSigintEndsTheCoreInTheDelayToo() {
        CoreProcess core =
                cores.with("gate.js").env("POLYFN_DRAIN_DELAY", "1h").start().listening();
        Signals.send("INT", core.pid());
        await().until(() -> core.get("/quick").header("connection").equalsIgnoreCase("close"));

        Signals.send("INT", core.pid());

        assertThat(core.end().code()).isEqualTo(130);
    }

    /** There is nobody to wait for. */
    @Test
    void aCoreThatCannotOpenItsPortStopsWithoutTheDelay() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            CoreProcess core = cores.with("gate.js")
                    .env("POLYFN_PORT", taken.getLocalPort())
                    .env("POLYFN_DRAIN_DELAY", "1h")
                    .start();

            assertThat(core.end().code()).isEqualTo(1);
        }
    }

    private CoreProcess.Setup delayed(String function) {
        return cores.with(function).env("POLYFN_DRAIN_DELAY", DELAY.toSeconds() + "s");
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static void awaitReadiness(CoreProcess core, int status) {
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            try (Wire management = core.management()) {
                return management
                                .request("GET", "/health/ready", null, "Connection: close")
                                .answer()
                                .status()
                        == status;
            }
        });
    }

    /** On a connection of its own. */
    private static String overHttp2(CoreProcess core) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            return vertx.createHttpClient(new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false))
                    .request(HttpMethod.GET, core.port(), "127.0.0.1", "/quick")
                    .compose(request -> request.send())
                    .compose(HttpClientResponse::body)
                    .map(body -> body.toString())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}
