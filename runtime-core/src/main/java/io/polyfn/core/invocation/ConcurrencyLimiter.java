package io.polyfn.core.invocation;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Queue;

/** Admission: how many invocations are in the worker, how many wait, and whether one more may. Confined to the event loop. */
@Singleton
final class ConcurrencyLimiter {
    private final int limit;
    private final int queueLimit;
    private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
    private int inFlight;

    @Inject
    ConcurrencyLimiter(InvocationConfig config) {
        this(config.concurrency(), config.queue());
    }

    /**
     * @param limit how many at once; 0 for no limit
     * @param queueLimit how many may wait
     */
    ConcurrencyLimiter(int limit, int queueLimit) {
        this.limit = limit;
        this.queueLimit = queueLimit;
    }

    /** Completed when it is the caller's turn, who then owes a {@link #release}; fails at once if there is no room even to wait. */
    Future<Void> acquire() {
        if (limit == 0 || inFlight < limit) {
            inFlight++;
            return Future.succeededFuture();
        }
        if (waiting.size() >= queueLimit) {
            return Future.failedFuture(new InvocationFailure(
                    FailureCode.TOO_MANY_INVOCATIONS,
                    "%d invocations are in the function and %d wait; POLYFN_CONCURRENCY and POLYFN_QUEUE set these limits"
                            .formatted(inFlight, waiting.size())));
        }
        Promise<Void> turn = Promise.promise();
        waiting.add(turn);
        return turn.future();
    }

    /** Gives a turn back; it goes to the one that has waited longest. */
    void release() {
        Promise<Void> next = waiting.poll();
        if (next != null) {
            next.complete();
        } else {
            inFlight--;
        }
    }
}
