package io.polyfn.core.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Signals to processes, and finding processes by what stands in their environment. */
final class Signals {
    private Signals() {}

    static void send(String signal, long pid) {
        send(signal, List.of(pid));
    }

    static void send(String signal, Collection<Long> pids) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Processes that live (a zombie does not) and have an entry of their environment that begins so. */
    static List<Long> marked(String start) {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(entry -> entry.getFileName().toString().matches("\\d+"))
                    .filter(entry -> carries(entry, start))
                    .map(entry -> Long.valueOf(entry.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills such processes, and returns how many there were. */
    static int killMarked(String start) {
        List<Long> found = marked(start);
        found.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        return found.size();
    }

    private static boolean carries(Path entry, String start) {
        try {
            String environment = new String(Files.readAllBytes(entry.resolve("environ")), StandardCharsets.ISO_8859_1);
            return ('\0' + environment).contains('\0' + start);
        } catch (IOException gone) {
            return false;
        }
    }
}
