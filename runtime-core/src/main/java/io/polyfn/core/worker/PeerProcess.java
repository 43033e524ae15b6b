package io.polyfn.core.worker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A process of a worker that is at the other end of a connection; found in Linux's {@code /proc}. */
public final class PeerProcess {
    private static final String ESTABLISHED = "01";

    private final ProcessHandle process;

    private PeerProcess(ProcessHandle process) {
        this.process = process;
    }

    /**
     * The processes that have connections to a local port, each by its own port.
     *
     * @param processes to look at
     */
    static Map<Integer, PeerProcess> of(Set<ProcessHandle> processes, int port) {
        Map<String, Integer> byInode = new HashMap<>();
        readTable(Path.of("/proc/net/tcp"), port, byInode);
        readTable(Path.of("/proc/net/tcp6"), port, byInode);
        Map<Integer, PeerProcess> found = new HashMap<>();
        if (!byInode.isEmpty()) {
            processes.forEach(process -> ListeningPorts.inodes(process.pid())
                    .filter(byInode::containsKey)
                    .forEach(inode -> found.put(byInode.get(inode), new PeerProcess(process))));
        }
        return found;
    }

    /** Whether it has exited, also where its parent has not taken notice yet. Reads {@code /proc}. */
    public boolean hasExited() {
        return hasExited(process);
    }

    static boolean hasExited(ProcessHandle process) {
        if (!process.isAlive()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            // The state follows the name, which may have any characters.
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' || state == 'X';
        } catch (IOException gone) {
            return !process.isAlive();
        }
    }

    private static void readTable(Path table, int port, Map<String, Integer> byInode) {
        try (Stream<String> lines = Files.lines(table)) {
            String ending = ":%04X ".formatted(port);
            lines.skip(1)
                    .filter(line -> line.contains(ending))
                    .map(line -> line.strip().split("\\s+"))
                    .forEach(column -> {
                        if (ESTABLISHED.equals(column[3])
                                && ListeningPorts.address(column[2]).getPort() == port) {
                            InetSocketAddress own = ListeningPorts.address(column[1]);
                            byInode.put(column[9], own.getPort());
                        }
                    });
        } catch (IOException noSuchTable) {
            // Without a table nothing is found, and nothing is concluded.
        }
    }
}
