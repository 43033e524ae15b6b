package io.polyfn.core.worker;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** The callers that wait until a worker is ready. After a failed start nobody is kept waiting until there is one. */
final class WorkerWaiters {
    private Promise<Worker> next = Promise.promise();
    private @Nullable String startFailure;

    Future<Worker> next() {
        return startFailure == null ? next.future() : Future.failedFuture(startFailed(startFailure));
    }

    void ready(Worker worker) {
        startFailure = null;
        renew().tryComplete(worker);
    }

    /** From now until a worker is ready, callers get this reason. */
    void failUntilReady(String reason) {
        startFailure = reason;
        renew().tryFail(startFailed(reason));
    }

    /** Who waits gets the worker of another slot. */
    void refer(Future<Worker> other) {
        startFailure = null;
        other.onComplete(renew());
    }

    void stopping() {
        startFailure = null;
        next.tryFail(new InvocationFailure(FailureCode.DRAINING, "the core is shutting down"));
    }

    private Promise<Worker> renew() {
        Promise<Worker> waiting = next;
        next = Promise.promise();
        return waiting;
    }

    static InvocationFailure startFailed(String reason) {
        return new InvocationFailure(FailureCode.WORKER_START_FAILED, reason);
    }
}
