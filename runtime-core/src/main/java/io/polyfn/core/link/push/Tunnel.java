package io.polyfn.core.link.push;

import io.polyfn.core.http.Caller;
import io.polyfn.core.http.HeaderRules;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.ResponseMemory;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.netty.WorkerSocket;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 upgrade through the core: after the worker's 101 the two connections are one, with back-pressure both ways. The core knows
 * nothing of what passes, but where the frames of a WebSocket end, so that it can close it in order (decision 0051).
 */
final class Tunnel {
    /** The time for one side to respond to a close frame when the other one has gone. */
    private static final long AFTER_OTHER_MILLIS = 1_000;

    /** Code 1001, going away (RFC 6455 7.4.1). A server's frames are not masked. */
    private static final Buffer TO_CALLER = Buffer.buffer(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xe9});
    /** The same, masked as a client's frames have to be, with a key of zeros. */
    private static final Buffer TO_WORKER =
            Buffer.buffer(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xe9});

    private final WorkerClient client;
    private final NetSocket caller;
    private final WorkerSocket worker;
    private final TunnelFlow toCaller;
    private final TunnelFlow toWorker;
    private boolean goingAway;
    /** From the side that is left when the other one has gone; null before. */
    private @Nullable TunnelFlow left;

    private Tunnel(
            WorkerClient client,
            NetSocket caller,
            NetSocket fromWorker,
            WorkerSocket worker,
            boolean webSocket,
            ResponseMemory memory) {
        this.client = client;
        this.caller = caller;
        this.worker = worker;
        this.toCaller = new TunnelFlow(
                client, fromWorker, caller, memory.another(), webSocket ? new WebSocketFrames() : null, TO_CALLER);
        this.toWorker = new TunnelFlow(
                client, caller, worker, memory.another(), webSocket ? new WebSocketFrames() : null, TO_WORKER);
    }

    /** Asks the worker to switch; it may refuse, with any response. */
    static Future<HttpClientResponse> ask(Inbound inbound, HttpClientRequest to) {
        to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        to.putHeader(HttpHeaders.UPGRADE, inbound.header(HttpHeaders.UPGRADE));
        return to.connect();
    }

    /** Joins the two connections after the worker's 101. Completed when the tunnel is over. */
    static Future<Void> join(
            WorkerClient client,
            Inbound inbound,
            Caller caller,
            HttpClientResponse response,
            ResponseObserver observer,
            ResponseMemory memory) {
        String protocol = response.getHeader(HttpHeaders.UPGRADE);
        caller.status(response.statusCode());
        HeaderRules.toCaller(response.headers(), caller.headers(), false);
        // It would be the length of what follows, which has none (RFC 9110 8.6).
        caller.headers().remove(HttpHeaders.CONTENT_LENGTH);
        observer.head(response.statusCode(), response.getHeader(FcHeaders.STATUS));
        caller.headers().set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        caller.headers().set(HttpHeaders.UPGRADE, protocol);
        NetSocket fromWorker = response.netSocket();
        WorkerSocket worker = WorkerSocket.of(response.request().connection());
        boolean webSocket = "websocket".equalsIgnoreCase(protocol);
        return inbound.toNetSocket()
                .compose(socket -> new Tunnel(client, socket, fromWorker, worker, webSocket, memory)
                        .start()
                        .onComplete(closed -> observer.beforeEnd()));
    }

    private Future<Void> start() {
        // Where a side is closed nothing can pass to it any more.
        var workerClosed = toCaller.start(this::endIfClosed, () -> ended(toCaller, toWorker, caller))
                .onComplete(closed -> toWorker.discard());
        var callerClosed = toWorker.start(this::endIfClosed, () -> ended(toWorker, toCaller, worker))
                .onComplete(closed -> toCaller.discard());
        Future<Void> over = Future.join(workerClosed, callerClosed).mapEmpty();
        client.tunnels().opened(this, client);
        return over.onComplete(closed -> client.tunnels().closed(this));
    }

    /**
     * A WebSocket gets a close frame in each direction, and ends when both sides have responded or gone. Called again, it is about to be
     * cut, and does not wait for the end of a message. What is no WebSocket goes on.
     */
    void goAway() {
        goingAway = true;
        toCaller.goAway();
        toWorker.goAway();
        endIfClosed();
    }

    /**
     * One side has gone. The other one has a moment to respond to its close frame: where something is unread, a close is a reset, and the
     * frame may be lost with it.
     */
    private void ended(TunnelFlow toOther, TunnelFlow fromOther, WriteStream<?> other) {
        if (!toOther.hasSaidLast() || fromOther.isClosed()) {
            other.end();
        } else if (left == null) {
            left = fromOther;
            fromOther.discard();
            client.later(AFTER_OTHER_MILLIS, other::end);
        }
    }

    private void endIfClosed() {
        boolean closed = left == null ? goingAway && toCaller.isClosed() && toWorker.isClosed() : left.isClosed();
        if (closed) {
            caller.end();
            worker.end();
        }
    }
}
