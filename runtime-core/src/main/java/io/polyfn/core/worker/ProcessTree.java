package io.polyfn.core.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds every process that belongs to a worker.
 *
 * <p>Descendants are not enough: a process that went into the background has a new parent. So each worker gets a marker in its
 * environment, which its children inherit. One that has cleared its environment as well is known in a container only.
 */
final class ProcessTree {
    private static final Path PROC = Path.of("/proc");
    /** As the kernel has their names; {@code docker run --init} starts {@code docker-init}. */
    private static final Set<String> REAPERS = Set.of("tini", "docker-init", "dumb-init", "catatonit");

    private ProcessTree() {}

    /** The root, its descendants, and every other process that carries the marker. */
    static Set<ProcessHandle> of(ProcessHandle root, String marker) {
        Set<ProcessHandle> found = descendants(root);
        byte[] needle = (marker + '\0').getBytes(StandardCharsets.UTF_8);
        try (Stream<Path> entries = Files.list(PROC)) {
            entries.filter(entry -> carries(entry, needle))
                    .flatMap(entry ->
                            ProcessHandle.of(Long.parseLong(entry.getFileName().toString())).stream())
                    .forEach(found::add);
        } catch (IOException noProc) {
            // Not Linux, or /proc is hidden: the descendants are all that can be known.
        }
        return found;
    }

    /** The root, if it lives, and its descendants. */
    static Set<ProcessHandle> descendants(ProcessHandle root) {
        Set<ProcessHandle> found = new LinkedHashSet<>();
        if (root.isAlive()) {
            found.add(root);
        }
        root.descendants().forEach(found::add);
        return found;
    }

    /**
     * What workers have left to the container's first process, whatever its environment. To be looked at when no worker runs.
     *
     * <p>Empty unless that process does nothing but reap, and its child is this one: anywhere else, others may have left something to it. What
     * is started in a container from outside has no parent in it.
     */
    static Stream<ProcessHandle> orphans() {
        ProcessHandle core = ProcessHandle.current();
        return core.parent().filter(ProcessTree::isReaper).stream()
                .flatMap(ProcessHandle::children)
                .filter(orphan -> !orphan.equals(core) && isYoungerAndOfTheSameUser(orphan.info(), core.info()))
                .flatMap(orphan -> descendants(orphan).stream());
    }

    private static boolean isReaper(ProcessHandle parent) {
        try {
            return parent.pid() == 1
                    && REAPERS.contains(Files.readString(PROC.resolve("1/comm")).strip());
        } catch (IOException hidden) {
            return false;
        }
    }

    private static boolean isYoungerAndOfTheSameUser(ProcessHandle.Info orphan, ProcessHandle.Info core) {
        return orphan.user().equals(core.user())
                && orphan.startInstant().isPresent()
                && core.startInstant().isPresent()
                && orphan.startInstant().get().isAfter(core.startInstant().get());
    }

    /** The CPU time that processes have taken so far. */
    static Duration cpuTime(Set<ProcessHandle> processes) {
        return processes.stream()
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** The physical memory that processes have. What several of them share counts for each. */
    static long residentBytes(Set<ProcessHandle> processes) {
        return processes.stream()
                .mapToLong(process -> residentBytes(process.pid()))
                .sum();
    }

    private static long residentBytes(long pid) {
        try (Stream<String> lines = Files.lines(PROC.resolve(Long.toString(pid)).resolve("status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(kilobytes -> Long.parseLong(kilobytes) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException gone) {
            return 0;
        }
    }

    private static boolean carries(Path entry, byte[] needle) {
        if (!Character.isDigit(entry.getFileName().toString().charAt(0))) {
            return false;
        }
        try {
            return contains(Files.readAllBytes(entry.resolve("environ")), needle);
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static boolean contains(byte[] environment, byte[] needle) {
        for (int i = 0; i + needle.length <= environment.length; i++) {
            boolean startsEntry = i == 0 || environment[i - 1] == 0;
            if (startsEntry && Arrays.equals(environment, i, i + needle.length, needle, 0, needle.length)) {
                return true;
            }
        }
        return false;
    }
}
