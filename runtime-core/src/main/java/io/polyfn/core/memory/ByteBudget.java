package io.polyfn.core.memory;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that the core may hold at a time: connections, heads, bodies on their way. Whoever holds some takes them first. Confined to
 * the event loop.
 */
public final class ByteBudget implements Memory {
    /** A quarter is for what needs little, and it does not wait behind what needs much: downloads do not hold up a health check. */
    private static final int LITTLE = 16 * 1024;

    private final long most;
    private final long mostForMuch;
    /** None where the container's memory has no limit. */
    private final @Nullable ByteBudget sockets;

    private final Queue<Claim> waiting = new ArrayDeque<>();
    private long taken;
    private boolean scarce;

    public ByteBudget(long most) {
        this(most, OptionalLong.empty());
    }

    /** @param mostInSockets bytes that the kernel may hold as well for those who do not read; they are the container's memory too */
    public ByteBudget(long most, OptionalLong mostInSockets) {
        this.most = most;
        this.mostForMuch = most / 4 * 3;
        this.sockets = mostInSockets.isPresent() ? new ByteBudget(mostInSockets.getAsLong()) : null;
    }

    @Override
    public long most() {
        return most;
    }

    /** Bytes that those may hold who need much. */
    public long mostForMuch() {
        return mostForMuch;
    }

    /** Bytes that are held. */
    public long taken() {
        return taken;
    }

    @Override
    public boolean isHalfTaken() {
        return taken > most / 2;
    }

    @Override
    public boolean tryTake(int bytes) {
        boolean room = bytes <= LITTLE ? taken + bytes <= most : waiting.isEmpty() && taken + bytes <= mostForMuch;
        if (!room) {
            scarce = true;
            return false;
        }
        taken += bytes;
        return true;
    }

    /** The same for something that has begun: it does not stand in line behind what has not. */
    public boolean tryTakeForOngoing(int bytes) {
        if (taken + bytes > most) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /** Takes bytes of what the kernel may hold, if they are available; {@link #giveInSockets} is owed then. */
    public boolean tryTakeInSockets(int bytes) {
        return sockets == null || sockets.tryTakeForOngoing(bytes);
    }

    /** Returns bytes that were taken in sockets. */
    public void giveInSockets(int bytes) {
        if (sockets != null) {
            sockets.give(bytes);
        }
    }

    /** Takes bytes, be they available or not: others wait for what the one who needs them holds. */
    public void takeAnyway(int bytes) {
        taken += bytes;
    }

    /** Whether somebody waits, or was refused and would be again. */
    public boolean isContended() {
        return !waiting.isEmpty() || scarce;
    }

    @Override
    public void give(int bytes) {
        taken -= bytes;
        scarce = scarce && taken > mostForMuch;
        passOn();
    }

    private void passOn() {
        while (!waiting.isEmpty() && taken + waiting.element().bytes <= mostForMuch) {
            waiting.remove().grant();
        }
    }

    /** Takes bytes now, or when others have returned enough; {@link Claim#giveBack} is owed in any case. */
    public Claim claim(int bytes) {
        Claim claim = new Claim(bytes);
        if (tryTake(bytes)) {
            claim.held = true;
            claim.granted.complete();
        } else {
            waiting.add(claim);
        }
        return claim;
    }

    /** Bytes that somebody holds, or waits for. */
    public final class Claim {
        private final Promise<Void> granted = Promise.promise();
        private final int bytes;
        private boolean held;

        private Claim(int bytes) {
            this.bytes = bytes;
        }

        /** Completed when the bytes are taken. */
        public Future<Void> granted() {
            return granted.future();
        }

        private void grant() {
            held = true;
            taken += bytes;
            granted.complete();
        }

        /** Returns the bytes, or waits for them no longer. May be called twice. */
        public void giveBack() {
            if (held) {
                held = false;
                give(bytes);
            } else if (waiting.remove(this)) {
                // Those behind it may need less.
                passOn();
            }
        }
    }
}
