package io.polyfn.core.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the link that a starting worker opens: its Unix socket, the TCP port it was given, or a hard-coded port of its own, whichever
 * accepts first. One look is a few system calls; the supervisor decides how often.
 */
final class LinkSearch {
    /** Node.js's inspector: a port that a function's process tree may listen on and that is not the function. */
    private static final int NODE_INSPECTOR = 9229;

    /** What one look found. */
    sealed interface Found {
        /** The link is open at this address. */
        record At(SocketAddress address) implements Found {}

        /** The worker listens on the core's own port. */
        record OnCorePort() implements Found {}

        /** Nothing yet. */
        record Nothing() implements Found {}
    }

    private final WorkerProcess process;
    private final @Nullable Integer fixedPort;
    private final int corePort;

    /**
     * @param fixedPort {@code POLYFN_WORKER_PORT}: the only port to look at, if set
     * @param corePort the public port, which the worker must leave to the core
     */
    LinkSearch(WorkerProcess process, @Nullable Integer fixedPort, int corePort) {
        this.process = process;
        this.fixedPort = fixedPort;
        this.corePort = corePort;
    }

    /** Checks the places that the worker was told, which is cheap. */
    Found lookAtGivenPlaces() {
        Optional<SocketAddress> socket = process.socket().filter(Files::exists).map(UnixDomainSocketAddress::of);
        if (socket.isPresent() && accepts(socket.get())) {
            return new Found.At(socket.get());
        }
        int port = fixedPort == null ? process.port() : fixedPort;
        SocketAddress given = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        // A port that was free when the worker was told it may have been taken by somebody else in between.
        boolean open = port != corePort && accepts(given) && !ListeningPorts.isForeign(port, process);
        return open ? new Found.At(given) : new Found.Nothing();
    }

    /** Checks every port that the worker's process tree listens on; reads {@code /proc}, so not for the event loop. */
    Found lookAtAllPorts() {
        List<InetSocketAddress> open = ListeningPorts.of(process.descendants());
        if (open.stream().anyMatch(address -> address.getPort() == corePort)) {
            return new Found.OnCorePort();
        }
        if (fixedPort != null) {
            return new Found.Nothing();
        }
        return open.stream()
                .filter(address -> address.getPort() != NODE_INSPECTOR && accepts(address))
                .findFirst()
                .<Found>map(Found.At::new)
                .orElseGet(Found.Nothing::new);
    }

    private static boolean accepts(SocketAddress address) {
        try (SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open()) {
            return channel.connect(address);
        } catch (IOException notYet) {
            return false;
        }
    }
}
