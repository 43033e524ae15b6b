package io.polyfn.core.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The loopback port of the Runtime API, known and open before the first worker is started.
 *
 * <p>A compiled function polls some milliseconds after its start, long before the core can respond, and exits if nobody listens. So a
 * plain socket holds the port, and its queue the connections, until the Runtime API's server takes both over.
 */
public final class RuntimeApiPort {
    private static final int BACKLOG = 1024;

    private @Nullable ServerSocketChannel early;
    private int port;

    /** The port; opens it if that has not been done. */
    public synchronized int open() throws IOException {
        if (port == 0) {
            ServerSocketChannel channel = ServerSocketChannel.open();
            // The server opens the same port beside this socket, before this one is closed.
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            port = ((InetSocketAddress) Objects.requireNonNull(channel.getLocalAddress())).getPort();
            early = channel;
        }
        return port;
    }

    /** Hands over the socket that has held the port so far; null if that has been done. */
    public synchronized @Nullable ServerSocketChannel takeOver() {
        ServerSocketChannel held = early;
        early = null;
        return held;
    }
}
