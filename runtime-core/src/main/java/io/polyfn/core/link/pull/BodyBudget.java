package io.polyfn.core.link.pull;

import io.polyfn.core.memory.ByteBudget;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;

/** The part of the memory for bodies that have to be held as a whole. Confined to the event loop. */
final class BodyBudget {
    private final int most;
    private final ByteBudget memory;
    private final Queue<Claim> waiting = new ArrayDeque<>();
    private int taken;

    private record Claim(int bytes, Promise<Void> turn) {}

    BodyBudget(int most, ByteBudget memory) {
        this.most = most;
        this.memory = memory;
    }

    /** Takes bytes if they are available and nobody else waits for them. */
    boolean tryTake(int bytes) {
        if (!isAvailable(bytes) || !memory.tryTake(bytes)) {
            return false;
        }
        taken += bytes;
        return true;
    }

    private boolean isAvailable(int bytes) {
        return waiting.isEmpty() && taken + bytes <= most;
    }

    private void grant(Claim claim) {
        taken += claim.bytes();
        // Whoever waits for this memory is an invocation that holds some, and that has to end for others to get theirs.
        memory.takeAnyway(claim.bytes());
        claim.turn().complete();
    }

    /** Completed when the bytes are taken; a {@link #give} is owed then. A claim larger than the budget gets all of it. */
    Future<Void> take(int bytes) {
        Claim claim = new Claim(Math.min(bytes, most), Promise.promise());
        if (isAvailable(claim.bytes())) {
            grant(claim);
        } else {
            waiting.add(claim);
        }
        return claim.turn().future();
    }

    /** Whether somebody waits for bytes. */
    boolean isContended() {
        return !waiting.isEmpty();
    }

    /** Returns bytes, as many as were claimed. */
    void give(int bytes) {
        int share = Math.min(bytes, most);
        taken -= share;
        memory.give(share);
        while (!waiting.isEmpty() && taken + waiting.element().bytes() <= most) {
            grant(waiting.remove());
        }
    }
}
