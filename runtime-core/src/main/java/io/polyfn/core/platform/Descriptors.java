package io.polyfn.core.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files and connections this process may have open. */
public final class Descriptors {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final int UNKNOWN = Integer.MAX_VALUE;

    private Descriptors() {}

    /** The limit that is in force; the JVM has raised it to the hard one. */
    public static int limit() {
        try (var lines = Files.lines(LIMITS)) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.split(" +"))
                    .mapToInt(words -> words[3].equals("unlimited") ? UNKNOWN : Integer.parseInt(words[3]))
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException noProc) {
            return UNKNOWN;
        }
    }
}
