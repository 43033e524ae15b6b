package io.polyfn.core.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for the link that a starting worker opens: its Unix socket or the TCP port it was told, whichever accepts first, or else a
 * hard-coded port of its own. One look is a few system calls; the supervisor decides how often.
 */
final class LinkSearch {
    /** Node.js's inspector: a port that a function's process tree may listen on and that is not the function. */
    private static final int NODE_INSPECTOR = 9229;

    /** Which of a process's sockets listen is expensive to find out, and rarely changes without a new socket. */
    private static final Duration SAME_SOCKETS_EVERY = OtherPort.PATIENCE.dividedBy(2);

    /** What one look found. */
    sealed interface Found {
        /**
         * The link is open at this address.
         *
         * @param isAlone whether every process of the function is told this one
         */
        record At(SocketAddress address, boolean isAlone) implements Found {}

        /** Another port than the told one is open, and the told one has been closed for long enough. */
        record Elsewhere(InetSocketAddress address) implements Found {}

        /** The worker listens on the core's own port. */
        record OnCorePort() implements Found {}

        /** Nothing yet. */
        record Nothing() implements Found {}
    }

    private final WorkerProcess process;
    private final boolean anyPort;
    private final int corePort;
    private final OtherPort other = new OtherPort();
    private Set<String> knownSockets = Set.of();
    private long knownSinceNanos = System.nanoTime();

    /**
     * @param anyPort whether the worker may listen on another port than the one it was told
     * @param corePort the public port, which the worker must leave to the core
     */
    LinkSearch(WorkerProcess process, boolean anyPort, int corePort) {
        this.process = process;
        this.anyPort = anyPort;
        this.corePort = corePort;
    }

    /** Checks the places that the worker was told, which is cheap. */
    Found lookAtGivenPlaces() {
        Optional<SocketAddress> socket = process.socket().filter(Files::exists).map(UnixDomainSocketAddress::of);
        if (socket.isPresent() && accepts(socket.get())) {
            return new Found.At(socket.get(), false);
        }
        int port = process.port();
        SocketAddress given = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        // A port that was free when the worker was told it may have been taken by somebody else in between.
        boolean open = port != corePort && accepts(given) && !ListeningPorts.isForeign(port, process);
        return open ? new Found.At(given, !anyPort) : new Found.Nothing();
    }

    /** Checks every port that the worker's process tree listens on; reads {@code /proc}, so not for the event loop. */
    Found lookAtAllPorts() {
        if (process.isFirst()) {
            return new Found.Nothing();
        }
        Set<ProcessHandle> processes = process.descendants();
        Set<String> sockets = ListeningPorts.inodes(processes);
        long now = System.nanoTime();
        if (sockets.equals(knownSockets) && now - knownSinceNanos < SAME_SOCKETS_EVERY.toNanos()) {
            return new Found.Nothing();
        }
        knownSockets = sockets;
        knownSinceNanos = now;
        List<InetSocketAddress> open = ListeningPorts.of(sockets);
        if (open.stream().anyMatch(address -> address.getPort() == corePort)) {
            return new Found.OnCorePort();
        }
        if (!anyPort) {
            return new Found.Nothing();
        }
        return open.stream()
                .filter(address -> address.getPort() != NODE_INSPECTOR && accepts(address))
                .findFirst()
                .filter(address -> other.counts(address, ProcessTree.cpuTime(processes), now))
                .<Found>map(Found.Elsewhere::new)
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
