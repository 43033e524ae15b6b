package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** WebSockets at a stop (decision 0051): a close frame 1001 to both sides, and as much time as it takes them to respond to it. */
class WebSocketStopIT {
    private static final int GOING_AWAY = 1001;
    /** From the core: not masked. */
    private static final byte[] CLOSE_FRAME = {(byte) 0x88, 2, 0x03, (byte) 0xe9};
    /** From a caller, masked with zeros. */
    private static final byte[] RESPONSE = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe9};
    /** The grace period is 9 s. */
    private static final Duration SOON = Duration.ofSeconds(5);

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @Test
    void bothSidesAreToldAndTheStopDoesNotWaitForMore() throws Exception {
        CoreProcess core = cores.start("websocket.js");
        Messages messages = new Messages();
        WebSocket socket = messages.from(core, "/");
        var _ = socket.sendText("before", true).join();
        assertThat(messages.next()).isEqualTo("before");

        core.terminate();
        var ended = core.end();

        assertThat(messages.code()).isEqualTo(GOING_AWAY);
        assertThat(core.stdout()).contains("client closed 1001");
        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(SOON);
    }

    @Test
    void aMessageToTheCallerIsSentToItsEnd() throws Exception {
        CoreProcess core =
                cores.with("websocket.js").env("POLYFN_GRACE", "40s").start().listening();
        CompletableFuture<Void> drained = new CompletableFuture<>();
        Messages messages = new Messages(drained);
        byte[] message = CoreProcess.random(4_000_000);
        WebSocket socket = messages.from(core, "/");
        var _ = socket.sendBinary(ByteBuffer.wrap(message), true);
        messages.begun.get(40, TimeUnit.SECONDS);

        core.terminate();
        core.awaitStdout("client closed 1001");
        drained.complete(null);

        assertThat(messages.next()).isEqualTo(CoreProcess.sha256(message));
        assertThat(messages.code()).isEqualTo(GOING_AWAY);
        assertThat(core.end().code()).isZero();
    }

    @Test
    void aMessageOfTheCallerIsPassedToItsEnd() {
        CoreProcess core = cores.start("websocket.js");
        try (Wire wire = open(core, "/")) {
            byte[] frame = new byte[8 + 60_000];
            System.arraycopy(new byte[] {(byte) 0x82, (byte) 0xfe, (byte) 0xea, 0x60}, 0, frame, 0, 4);
            wire.send(Arrays.copyOf(frame, 30_000));
            core.awaitRead();

            core.terminate();
            assertThat(wire.read(4)).isEqualTo(CLOSE_FRAME);
            wire.send(Arrays.copyOfRange(frame, 30_000, frame.length));
            wire.send(RESPONSE);

            assertThat(wire.ended()).isTrue();
        }
        assertThat(core.end().code()).isZero();
        assertThat(core.stdout()).contains("message of 60000\n", "client closed 1001");
    }

    @Test
    void aCallerThatDoesNotRespondIsClosedWhenTheWorkerHasResponded() {
        CoreProcess core = cores.start("websocket.js");
        try (Wire wire = open(core, "/")) {
            core.terminate();

            assertThat(wire.read(4)).isEqualTo(CLOSE_FRAME);
            assertThat(wire.ended()).isTrue();
            var ended = core.end();
            assertThat(ended.code()).isZero();
            assertThat(ended.took()).isLessThan(SOON);
        }
    }

    @Test
    void aWorkerThatDoesNotRespondHasTheGracePeriod() throws Exception {
        CoreProcess core =
                cores.with("websocket.js").env("POLYFN_GRACE", "3s").start().listening();
        try (Wire wire = open(core, "/deaf")) {
            core.terminate();
            assertThat(wire.read(4)).isEqualTo(CLOSE_FRAME);
            wire.send(RESPONSE);
            Messages late = new Messages();
            var _ = late.from(core, "/late");
            assertThat(late.code()).isEqualTo(GOING_AWAY);

            assertThat(wire.ended()).isTrue();
        }
        assertThat(core.end().code()).isZero();
        assertThat(core.stderr()).contains("the grace period is over");
    }

    /** A close frame may come between two frames of a message, and then it says more than a connection that breaks. */
    @Test
    void aMessageThatDoesNotEndIsBrokenOffAtTheEndOfTheGracePeriod() {
        CoreProcess core =
                cores.with("websocket.js").env("POLYFN_GRACE", "1s").start().listening();
        try (Wire fragment = open(core, "/fragment");
                Wire half = open(core, "/half")) {
            assertThat(fragment.read(3)).containsExactly(0x01, 1, 'a');
            assertThat(half.read(3)).containsExactly(0x81, 2, 'a');

            core.terminate();

            assertThat(fragment.read(4)).isEqualTo(CLOSE_FRAME);
            assertThat(fragment.ended()).isTrue();
            assertThat(half.ended()).isTrue();
        }
        assertThat(core.end().code()).isZero();
    }

    /** Decision 0058: they count as in flight, with a bound. */
    @Test
    void theLastOnesOfAWorkerThatIsReplacedAreToldWhenItsTimeIsOver() throws Exception {
        CoreProcess core = cores.with("websocket.js")
                .managed()
                .env("POLYFN_GRACE", "4s")
                .start()
                .listening();
        Messages messages = new Messages();
        WebSocket socket = messages.from(core, "/");
        core.awaitInFlight(1);
        try (Wire management = core.management()) {
            assertThat(management
                            .request("POST", "/workers/1/replace", new byte[0])
                            .answer()
                            .status())
                    .isEqualTo(200);
        }

        var _ = socket.sendText("still here", true).join();
        assertThat(messages.next()).isEqualTo("still here");
        assertThat(messages.code()).isEqualTo(GOING_AWAY);
        core.awaitStdout("client closed 1001");

        Messages next = new Messages();
        var _ = next.from(core, "/greeting");
        assertThat(next.next()).isEqualTo("welcome");
    }

    private static Wire open(CoreProcess core, String path) {
        Wire wire = core.connect().request("GET", path, null, Messages.upgrade());
        assertThat(wire.readHead().status()).isEqualTo(101);
        return wire;
    }
}
