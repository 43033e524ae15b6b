package io.polyfn.core.link.pull;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connections that workers opened before there was a server: they are relayed byte by byte, and closed after the response to their first
 * POST, so that the next request comes on a connection to the server itself. Not after a poll: a worker that polls again on the same
 * connection is known by that to have nothing to post.
 */
final class EarlyConnections {
    /** Little: nobody counts a thousand of them, and each carries few responses. */
    private static final int BUFFER_BYTES = 2 * 1024;

    private final InetSocketAddress server;
    /** The port at the worker's end, by the port of the relay. */
    private final Map<Integer, Integer> relayed = new ConcurrentHashMap<>();

    EarlyConnections(int port) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Takes the connections that wait at the early socket, then closes it; from then on the server alone has the port. */
    void serve(ServerSocketChannel early) throws IOException {
        List<SocketChannel> waiting = new ArrayList<>();
        try (early) {
            early.configureBlocking(false);
            for (SocketChannel one = early.accept(); one != null; one = early.accept()) {
                waiting.add(one);
            }
        }
        for (SocketChannel worker : waiting) {
            SocketChannel toServer = SocketChannel.open();
            toServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = port(toServer);
            relayed.put(port, port(Objects.requireNonNull(worker.getRemoteAddress())));
            toServer.connect(server);
            relay(worker, toServer, () -> relayed.remove(port));
        }
    }

    /** Closes a relayed connection after the response to this request, if it is a POST. */
    void closeAfterResponse(HttpServerRequest request) {
        int port = request.remoteAddress().port();
        if (request.method().equals(HttpMethod.POST) && relayed.containsKey(port)) {
            request.response()
                    .putHeader("connection", "close")
                    .bodyEndHandler(written -> request.connection().close());
        }
    }

    /** The port at the worker's end of a connection that arrives from the given one. */
    int workersPort(int port) {
        return relayed.getOrDefault(port, port);
    }

    private static int port(SocketChannel channel) throws IOException {
        return port(Objects.requireNonNull(channel.getLocalAddress()));
    }

    private static int port(SocketAddress address) {
        return ((InetSocketAddress) address).getPort();
    }

    private static void relay(SocketChannel worker, SocketChannel server, Runnable over) {
        Thread.ofVirtual().name("early-requests").start(() -> copy(worker, server));
        Thread.ofVirtual().name("early-responses").start(() -> {
            copy(server, worker);
            // Before the port can be another connection's.
            over.run();
            close(worker);
            close(server);
        });
    }

    /** Copies until the sender is done. Where either side breaks, the server's own end of the connection is what counts. */
    private static void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer.clear()) >= 0) {
                for (buffer.flip(); buffer.hasRemaining(); ) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            close(to);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException closedAlready) {
            // Nothing is left to do.
        }
    }
}
