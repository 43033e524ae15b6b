package io.polyfn.core.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which process the kernel kills when the container's memory is exhausted: the worker, which is replaced while its callers get a response,
 * and not the core, with which the container ends. Callers that do not read can bring it about, because what waits for them in the kernel
 * counts as the container's memory.
 */
final class OomPriority {
    private static final String FIRST = "1000";

    private OomPriority() {}

    /** Makes a process, and those that it will start, the first to be killed. Raising the score needs no privilege. */
    static void first(Process process) {
        try {
            Files.writeString(Path.of("/proc", Long.toString(process.pid()), "oom_score_adj"), FIRST);
        } catch (IOException notLinux) {
            // Or the process has exited already.
        }
    }
}
