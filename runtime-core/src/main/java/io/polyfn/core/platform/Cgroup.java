package io.polyfn.core.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the kernel says about the memory of this container: of its control group, of version 2 or 1. */
public final class Cgroup {
    private final Path files;
    private final Path ofProcess;

    private Cgroup() {
        this(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));
    }

    /**
     * For tests.
     *
     * @param files where control groups are mounted
     * @param ofProcess in which ones this process is
     */
    Cgroup(Path files, Path ofProcess) {
        this.files = files;
        this.ofProcess = ofProcess;
    }

    /** How many processes the kernel has killed so far because the container's memory was exhausted; 0 if it does not tell. */
    public static long memoryKills() {
        return new Cgroup().kills();
    }

    /** The container's memory in bytes; empty if it has no limit, or the kernel does not tell. */
    public static OptionalLong memoryLimit() {
        return new Cgroup().limit();
    }

    long kills() {
        return lines("memory.events", "memory.oom_control")
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                .findFirst()
                .orElse(0);
    }

    OptionalLong limit() {
        return lines("memory.max", "memory.limit_in_bytes")
                // Version 1 says a number of 19 digits for none, version 2 a word.
                .filter(line -> line.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    /** A container sees its own group as the root, or all groups and its own below; on version 1, memory has a hierarchy of its own. */
    private Stream<String> lines(String two, String one) {
        String group = group("0::");
        String memory = group(":memory:");
        return Stream.of(
                files.resolve(group).resolve(two),
                files.resolve(two),
                files.resolve("memory").resolve(memory).resolve(one),
                files.resolve("memory").resolve(one))
                .map(Cgroup::read)
                .filter(lines -> !lines.isEmpty())
                .findFirst()
                .orElse(List.of())
                .stream();
    }

    /** The group of this process, relative to where groups are mounted. */
    private String group(String hierarchy) {
        return read(ofProcess).stream()
                .filter(line -> line.contains(hierarchy))
                .map(line -> line.substring(line.lastIndexOf(':') + 1))
                .map(path -> path.substring(1))
                .findFirst()
                .orElse("");
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException notThere) {
            return List.of();
        }
    }
}
