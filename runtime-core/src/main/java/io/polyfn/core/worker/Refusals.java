package io.polyfn.core.worker;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The connections that a running worker refused to one caller. Its queue of connections may have been full, so the caller tries again; a
 * worker that refuses for too long is reported. If it does not listen at all, it is killed; but one that still has invocations is about to
 * exit, as after a SIGTERM, and finishes them first.
 */
public final class Refusals {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long RECONNECT_MILLIS = 10;

    private final Vertx vertx;
    private final WorkerSlot workers;
    private final LongSupplier nanoTime;
    private final long since;

    /** The first refusal. */
    public Refusals(Vertx vertx, WorkerSlot workers) {
        this(vertx, workers, System::nanoTime);
    }

    Refusals(Vertx vertx, WorkerSlot workers, LongSupplier nanoTime) {
        this.vertx = vertx;
        this.workers = workers;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    /**
     * After a pause, the same worker if it is still ready, or the next one.
     *
     * @param nobodyListens whether the worker does not listen at all
     */
    public Future<Worker> retry(Worker refusing, boolean nobodyListens) {
        if (!refusing.equals(workers.readyNow())) {
            return workers.ready();
        }
        if (nanoTime.getAsLong() - since > LONGEST_NANOS) {
            if (nobodyListens && refusing.inFlight() > 0) {
                workers.replaceWhenDone(refusing.link(), "it refuses connections, and finishes what it has");
                return workers.ready();
            }
            if (nobodyListens) {
                workers.kill(refusing.link(), "it is running but refuses connections");
            }
            return Future.failedFuture(new InvocationFailure(
                    FailureCode.BAD_WORKER_ANSWER,
                    "the worker is running but refuses connections at " + refusing.address()
                            + (nobodyListens ? "; it is being replaced" : "")));
        }
        Promise<Worker> next = Promise.promise();
        vertx.setTimer(RECONNECT_MILLIS, due -> workers.ready().onComplete(next));
        return next.future();
    }
}
