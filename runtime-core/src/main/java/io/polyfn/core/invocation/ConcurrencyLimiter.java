package io.polyfn.core.invocation;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;

/** Admission: how many invocations are in the worker, how many wait, and whether one more may. Confined to the event loop. */
final class ConcurrencyLimiter {
    private final int limit;
    private final int queueLimit;
    private final Queue<Promise<Void>> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean passingOn;

    ConcurrencyLimiter(InvocationConfig config) {
        this(notNegative("POLYFN_CONCURRENCY", config.concurrency()), notNegative("POLYFN_QUEUE", config.queue()));
    }

    /**
     * @param limit how many at once; 0 for no limit
     * @param queueLimit how many may wait
     */
    ConcurrencyLimiter(int limit, int queueLimit) {
        this.limit = limit;
        this.queueLimit = queueLimit;
    }

    private static int notNegative(String variable, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(variable + "=" + value + " is no number of invocations: give 0 or more");
        }
        return value;
    }

    /**
     * Completed when it is the caller's turn, who then owes a {@link #release}; fails at once if there is no room even to wait. A caller
     * that no longer wants its turn says so with {@link #leave}.
     */
    Future<Void> acquire() {
        if (limit == 0 || (inFlight < limit && waiting.isEmpty())) {
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

    /** Gives up waiting for a turn, so that nobody is rejected for the sake of one who has left. */
    void leave(Future<Void> turn) {
        waiting.removeIf(promise -> promise.future().equals(turn));
    }

    /** Gives a turn back; it goes to the one that has waited longest. */
    void release() {
        inFlight--;
        // Who gets a turn may give it back at once: a loop, because a recursion would be as deep as the queue is long.
        if (passingOn) {
            return;
        }
        passingOn = true;
        try {
            while (inFlight < limit && !waiting.isEmpty()) {
                inFlight++;
                waiting.remove().complete();
            }
        } finally {
            passingOn = false;
        }
    }
}
