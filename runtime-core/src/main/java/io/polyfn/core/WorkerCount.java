package io.polyfn.core;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** How many workers there are to be. */
final class WorkerCount {
    /** What a worker is expected to take where nobody says; and what the core takes. */
    private static final long USUAL_BYTES = 128L << 20;

    private WorkerCount() {}

    /**
     * The number of workers.
     *
     * @param asked for by the user; 0 for one per CPU, as far as memory suffices
     * @param port on which every worker listens; null if each is told its own
     * @param maxMemory of a worker in bytes; 0 for no limit
     * @param memory of the container in bytes
     * @throws IllegalArgumentException if there cannot be so many
     */
    static int of(int asked, @Nullable Integer port, long maxMemory, OptionalLong memory) {
        if (asked > 1 && port != null) {
            throw new IllegalArgumentException(
                    "POLYFN_WORKERS=%d cannot be combined with POLYFN_WORKER_PORT=%d, because only one process can listen on a port: let the worker listen on the port in PORT, and remove POLYFN_WORKER_PORT"
                            .formatted(asked, port));
        }
        if (asked > 0 || port != null) {
            return Math.max(1, asked);
        }
        // The JVM rounds the quota of the control group up.
        int processors = Runtime.getRuntime().availableProcessors();
        return memory.isEmpty() ? processors : atMost(processors, maxMemory, memory.getAsLong());
    }

    static int atMost(int processors, long maxMemory, long memory) {
        long forWorkers = memory - USUAL_BYTES;
        long fit = forWorkers / (maxMemory == 0 ? USUAL_BYTES : Math.max(1, maxMemory));
        return Math.clamp(fit, 1, processors);
    }
}
