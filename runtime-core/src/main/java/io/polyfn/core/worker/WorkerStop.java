package io.polyfn.core.worker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How a worker's processes are ended: with patience where it is asked for, for certain in any case. */
final class WorkerStop {
    private static final long LOOK_MILLIS = 10;

    private final Vertx vertx;

    WorkerStop(Vertx vertx) {
        this.vertx = vertx;
    }

    /** SIGTERM to the process tree, SIGKILL to what is left of it after the given time. Never fails. */
    Future<Void> end(WorkerProcess worker, Duration patience) {
        return endOf(worker.terminateTree(), patience).otherwiseEmpty().compose(done -> kill(worker));
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

    /** Completed when none of the processes lives; fails when the time is over. */
    private Future<Void> endOf(Set<ProcessHandle> processes, Duration time) {
        Promise<Void> end = Promise.promise();
        long looking = vertx.setPeriodic(LOOK_MILLIS, due -> {
            if (processes.stream().noneMatch(ProcessHandle::isAlive)) {
                end.tryComplete();
            }
        });
        return end.future()
                .timeout(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS)
                .onComplete(over -> vertx.cancelTimer(looking));
    }
}
