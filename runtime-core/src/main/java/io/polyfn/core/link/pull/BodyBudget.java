package io.polyfn.core.link.pull;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;

/** The part of the heap for bodies that have to be held. Confined to the event loop. */
final class BodyBudget {
    private final int most;
    private final Queue<Claim> waiting = new ArrayDeque<>();
    private int taken;

    private record Claim(int bytes, Promise<Void> turn) {}

    BodyBudget(int most) {
        this.most = most;
    }

    /** Takes bytes if they are available and nobody else waits for them. */
    boolean tryTake(int bytes) {
        if (!waiting.isEmpty() || taken + bytes > most) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /** Completed when the bytes are taken; a {@link #give} is owed then. A claim larger than the budget gets all of it. */
    Future<Void> take(int bytes) {
        int share = Math.min(bytes, most);
        if (tryTake(share)) {
            return Future.succeededFuture();
        }
        Claim claim = new Claim(share, Promise.promise());
        waiting.add(claim);
        return claim.turn().future();
    }

    /** Whether somebody waits for bytes. */
    boolean isContended() {
        return !waiting.isEmpty();
    }

    /** Returns bytes, as many as were claimed. */
    void give(int bytes) {
        taken -= Math.min(bytes, most);
        while (!waiting.isEmpty() && taken + waiting.element().bytes() <= most) {
            Claim next = waiting.remove();
            taken += next.bytes();
            next.turn().complete();
        }
    }
}
