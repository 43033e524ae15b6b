package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;

/** Admission: how many invocations are in the function, how many wait, and whether one more may. Confined to the event loop. */
final class Admission {
    private final int limit;
    private final int queueLimit;
    private final Queue<Permit> waiting = new ArrayDeque<>();
    private int inFlight;
    private boolean passingOn;

    /**
     * @param limit how many at once; 0 for no limit
     * @param queueLimit how many may wait
     */
    Admission(int limit, int queueLimit) {
        this.limit = limit;
        this.queueLimit = queueLimit;
    }

    /** Asks for a permit, which is granted at once, later, or never; {@link Permit#giveBack} is owed in any case. */
    Permit request() {
        Permit permit = new Permit();
        if (limit == 0 || (inFlight < limit && waiting.isEmpty())) {
            permit.grant();
        } else if (waiting.size() < queueLimit) {
            waiting.add(permit);
        } else {
            permit.granted.fail(new InvocationFailure(
                    FailureCode.TOO_MANY_INVOCATIONS,
                    "%d invocations are in the function and %d wait; POLYFN_CONCURRENCY and POLYFN_QUEUE set these limits"
                            .formatted(inFlight, waiting.size())));
        }
        return permit;
    }

    /** Whether somebody waits for a permit. */
    boolean isContended() {
        return !waiting.isEmpty();
    }

    private void passOn() {
        // Whoever gets a permit may give it back at once: a loop, because a recursion would be as deep as the queue is
        // long.
        if (passingOn) {
            return;
        }
        passingOn = true;
        try {
            while (inFlight < limit && !waiting.isEmpty()) {
                waiting.remove().grant();
            }
        } finally {
            passingOn = false;
        }
    }

    /** The right of one invocation to be in the function. */
    final class Permit {
        private final Promise<Void> granted = Promise.promise();
        private boolean held;

        /** Completed when the permit is granted; fails at once if there is no room even to wait. */
        Future<Void> granted() {
            return granted.future();
        }

        private void grant() {
            held = true;
            inFlight++;
            granted.complete();
        }

        /** Passes the permit to the one that has waited longest; one that still waits leaves the queue. May be called twice. */
        void giveBack() {
            if (held) {
                held = false;
                inFlight--;
                passOn();
            } else {
                waiting.remove(this);
            }
        }
    }
}
