package io.polyfn.core.worker;

import io.polyfn.core.platform.Cgroup;
import java.util.function.LongSupplier;

/**
 * Tells a worker that the kernel has killed for the container's memory from one that somebody else has killed. The kernel counts what it
 * kills, and not whom: each of its kills explains one exit. It may have been a child of a worker, so that is a probability. May be used on
 * any thread.
 */
final class OutOfMemory {
    private static final int KILLED = 137;

    private final LongSupplier kills;
    private long explained = -1;

    OutOfMemory() {
        this(Cgroup::memoryKills);
    }

    /** @param kills how many processes of the container the kernel has killed so far; 0 if it does not tell */
    OutOfMemory(LongSupplier kills) {
        this.kills = kills;
    }

    /** A worker runs. What the kernel killed before the first one is no worker. */
    synchronized void begin() {
        if (explained < 0) {
            explained = kills.getAsLong();
        }
    }

    /** The exit, with the reason if this was it. */
    synchronized WorkerExit explain(WorkerExit exit) {
        if (exit.code() != KILLED || kills.getAsLong() <= explained) {
            return exit;
        }
        explained++;
        return new WorkerExit(exit.code(), exit.lastStderr(), true);
    }
}
