package io.polyfn.core.link.pull;

import io.polyfn.core.memory.ByteBudget;

/** The part of the memory for events that are held as a whole. Confined to the event loop. */
final class BodyBudget {
    private final int most;
    private final ByteBudget memory;
    private int taken;

    BodyBudget(int most, ByteBudget memory) {
        this.most = most;
        this.memory = memory;
    }

    /** Takes bytes if they are available; {@link #give} is owed then. */
    boolean tryTake(int bytes) {
        if (taken + bytes > most || !memory.tryTake(bytes)) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /** Returns bytes that were taken. */
    void give(int bytes) {
        taken -= bytes;
        memory.give(bytes);
    }
}
