package io.polyfn.core.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A worker slot at one moment.
 *
 * @param pid of the process; null if none runs
 * @param worker that is ready or being replaced; null if there is none
 * @param uptime of the process
 * @param restarts since the core started
 * @param lastExit of an earlier process; null if there was none
 */
public record WorkerStatus(
        WorkerState state,
        @Nullable Long pid,
        @Nullable Worker worker,
        Duration uptime,
        int restarts,
        @Nullable WorkerExit lastExit) {
    static WorkerStatus of(
            WorkerState state,
            @Nullable WorkerRun run,
            @Nullable Worker worker,
            int restarts,
            @Nullable WorkerExit lastExit) {
        return run != null && run.process().isAlive()
                ? new WorkerStatus(state, run.process().pid(), worker, run.uptime(), restarts, lastExit)
                : new WorkerStatus(state, null, worker, Duration.ZERO, restarts, lastExit);
    }
}
