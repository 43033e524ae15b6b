package io.polyfn.core.worker;

import io.polyfn.core.failure.TimeLimit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Terminates a worker's processes: after a time to finish where one is given, and for certain. */
final class WorkerStop {
    private static final long LOOK_MILLIS = 10;
    private static final Duration AFTER_KILL = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final WorkerLauncher launcher;

    WorkerStop(Vertx vertx, WorkerLauncher launcher) {
        this.vertx = vertx;
        this.launcher = launcher;
    }

    /** Terminates a run for good and waits for the report of its exit. Never fails. */
    Future<Void> stop(@Nullable WorkerRun run, Duration patience) {
        if (run == null || !run.process().isAlive()) {
            return kill(run == null ? null : run.process());
        }
        return terminate(run.process(), patience)
                .compose(done -> TimeLimit.within(vertx, AFTER_KILL, run.exited()))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** SIGTERM to the process tree, SIGKILL to what is left of it after the given time. Never fails. */
    Future<Void> terminate(WorkerProcess worker, Duration patience) {
        return exitOf(worker.terminateTree(), patience).otherwiseEmpty().compose(done -> kill(worker));
    }

    /** SIGKILL to the process tree. Reads {@code /proc}, so it leaves the event loop for it. */
    Future<Void> kill(@Nullable WorkerProcess worker) {
        return worker == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(() -> {
                    worker.killTree();
                    return null;
                });
    }

    /** SIGKILL to all that a worker has left behind. To be called before the next one is started. */
    Future<Void> clear(WorkerProcess exited) {
        return vertx.executeBlocking(() -> {
            exited.killTree();
            List<ProcessHandle> orphans = ProcessTree.orphans().toList();
            // Nobody knows whose they are. Asked afterwards: a worker that is started meanwhile has left none of these.
            if (!launcher.hasRunning()) {
                orphans.forEach(ProcessHandle::destroyForcibly);
            }
            return null;
        });
    }

    /** Completed when none of the processes is left; fails when the time is over. */
    private Future<Void> exitOf(Set<ProcessHandle> processes, Duration time) {
        Promise<Void> exit = Promise.promise();
        long looking = vertx.setPeriodic(LOOK_MILLIS, due -> {
            if (processes.stream().noneMatch(ProcessHandle::isAlive)) {
                exit.tryComplete();
            }
        });
        return TimeLimit.within(vertx, time, exit.future()).onComplete(over -> vertx.cancelTimer(looking));
    }
}
