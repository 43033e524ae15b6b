package io.polyfn.core.worker;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections that running workers refused to one caller. The queue of connections may have been full, so the caller tries again, with
 * another worker if there is one; a worker that refuses for too long is reported. If it does not listen at all, it is killed; but one that
 * still has invocations is about to exit, as after a SIGTERM, and finishes them first.
 */
public final class Refusals {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long RECONNECT_MILLIS = 10;

    private final Vertx vertx;
    private final WorkerPool workers;
    private final LongSupplier nanoTime;
    private final long since;

    /** The first refusal. */
    public Refusals(Vertx vertx, WorkerPool workers) {
        this(vertx, workers, System::nanoTime);
    }

    Refusals(Vertx vertx, WorkerPool workers, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.workers = workers;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /**
     * After a pause, another worker, or the same one if it is still ready and there is no other.
     *
     * @param nobodyListens whether the worker does not listen at all
     */
    public Future<Worker> retry(Worker refusing, boolean nobodyListens) {
        if (!workers.isReady(refusing)) {
            return workers.ready();
        }
        long now = nanoTime.getAsLong();
        boolean isOver = now - since > LONGEST_NANOS;
        boolean isForLong = refusing.refused(now) > LONGEST_NANOS;
        boolean isDeaf = nobodyListens && (isForLong || isOver);
        if (isDeaf && refusing.inFlight() > 0) {
            workers.replaceDeaf(refusing.link(), "it refuses connections, and finishes what it has");
            return workers.ready();
        }
        if (isDeaf) {
            workers.kill(refusing.link(), "it is running but refuses connections");
        }
        if (isOver) {
            return Future.failedFuture(new InvocationFailure(
                    FailureCode.BAD_WORKER_ANSWER,
                    "the worker is running but refuses connections at " + refusing.address()
                            + (nobodyListens ? "; it is being replaced" : "")));
        }
        refusing.refuses(true);
        Promise<Worker> next = Promise.promise();
        vertx.setTimer(RECONNECT_MILLIS, due -> {
            workers.ready().onComplete(next);
            refusing.refuses(false);
        });
        return next.future();
    }
}
