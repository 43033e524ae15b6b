package io.polyfn.core.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds which TCP ports a set of processes listens on, from Linux's {@code /proc}: sockets by inode, and who holds them. */
final class ListeningPorts {
    private static final String SOCKET_LINK = "socket:[";

    private ListeningPorts() {}

    /** The addresses at which one of the sockets can be reached from here; empty where {@code /proc} does not tell. */
    static List<InetSocketAddress> of(Set<String> inodes) {
        List<InetSocketAddress> found = new ArrayList<>();
        if (!inodes.isEmpty()) {
            ListeningSockets.read(line -> {
                if (inodes.contains(line.inode())) {
                    found.add(address(line.address()));
                }
                return false;
            });
        }
        return found.stream().distinct().toList();
    }

    /**
     * Whether a port that accepts connections is certain not to be the worker's: another process listens there, or did so a moment ago. Where
     * {@code /proc} does not show a socket or its owner, it counts as the worker's.
     */
    static boolean isForeign(int port, WorkerProcess worker) {
        Set<String> own = inodes(worker.descendants());
        Set<String> holders = new HashSet<>();
        boolean visible = ListeningSockets.read(line ->
                address(line.address()).getPort() == port && holders.add(line.inode()) && own.contains(line.inode()));
        if (holders.isEmpty()) {
            return visible;
        }
        // Nearly always a descendant holds it; the rest takes a look at every process.
        if (holders.stream().anyMatch(own::contains)) {
            return false;
        }
        Set<ProcessHandle> tree = worker.tree();
        boolean heldByAnother = ProcessHandle.allProcesses()
                .filter(process -> !tree.contains(process))
                .flatMap(process -> inodes(process.pid()))
                .anyMatch(holders::contains);
        // Nobody holds a socket that has been closed meanwhile, either.
        return heldByAnother || !isListening(holders);
    }

    private static boolean isListening(Set<String> inodes) {
        Set<String> left = new HashSet<>();
        var _ = ListeningSockets.read(line -> inodes.contains(line.inode()) && left.add(line.inode()));
        return !left.isEmpty();
    }

    /** The inodes of all sockets that some processes have. */
    static Set<String> inodes(Set<ProcessHandle> processes) {
        return processes.stream().flatMap(process -> inodes(process.pid())).collect(Collectors.toSet());
    }

    /** Decodes {@code 0100007F:2328}: the address in host byte order by words of four bytes, the port as a plain number. */
    static InetSocketAddress address(String hex) {
        int colon = hex.indexOf(':');
        ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(hex.substring(0, colon)));
        ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
        while (words.hasRemaining()) {
            bytes.putInt(words.getInt());
        }
        int port = Integer.parseInt(hex.substring(colon + 1), 16);
        try {
            InetAddress address = InetAddress.getByAddress(bytes.array());
            return address.isAnyLocalAddress()
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                    : new InetSocketAddress(address, port);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("BUG: an address in /proc has " + bytes.capacity() + " bytes", impossible);
        }
    }

    /** The inodes of all sockets that a process has. */
    static Stream<String> inodes(long pid) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return descriptors
                    .map(ListeningPorts::linkTarget)
                    .filter(t -> t.startsWith(SOCKET_LINK))
                    .map(t -> t.substring(SOCKET_LINK.length(), t.length() - 1))
                    .toList()
                    .stream();
        } catch (IOException | UncheckedIOException gone) {
            return Stream.empty();
        }
    }

    private static String linkTarget(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
