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
 * <p>A compiled function asks for its first invocation after some milliseconds, long before the core can answer, and ends if nobody
 * listens. So a plain socket holds the port, and its queue the callers, until the Runtime API's server takes both over.
 */
public final class RuntimeApiPort {
    private static final int BACKLOG = 1024;

    private static @Nullable ServerSocketChannel early;
    private static int port;

    private RuntimeApiPort() {}

    /** The port; opens it if that has not been done. */
    public static synchronized int open() throws IOException {
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
    public static synchronized @Nullable ServerSocketChannel takeOver() {
        ServerSocketChannel held = early;
        early = null;
        return held;
    }
}
