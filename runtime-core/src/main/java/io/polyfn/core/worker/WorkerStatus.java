package io.polyfn.core.worker;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A worker slot at one moment.
 *
 * @param number of the worker, from 1
 * @param replacing whether the next worker is being started, beside this one
 * @param draining whether the next one has taken its place, and it finishes what it has
 * @param pid of the process; null if none runs
 * @param worker that is ready or being replaced; null if there is none
 * @param uptime of the process
 * @param restarts since the core started
 * @param lastExit of an earlier process; null if there was none
 */
public record WorkerStatus(
        int number,
        boolean replacing,
        boolean draining,
        WorkerState state,
        @Nullable Long pid,
        @Nullable Worker worker,
        Duration uptime,
        int restarts,
        @Nullable WorkerExit lastExit) {
    static WorkerStatus of(
            int number,
            boolean replacing,
            boolean draining,
            WorkerState state,
            @Nullable WorkerRun run,
            @Nullable Worker worker,
            WorkerHistory history) {
        WorkerRun running = run != null && run.process().isAlive() ? run : null;
        return new WorkerStatus(
                number,
                replacing,
                draining,
                state,
                running == null ? null : running.process().pid(),
                worker,
                running == null ? Duration.ZERO : running.uptime(),
                history.restarts,
                history.lastExit);
    }
}
