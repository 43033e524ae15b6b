package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.failure.TimeLimit;
import io.polyfn.core.http.Relay;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.memory.ByteBudget.Claim;
import io.polyfn.core.netty.Connections;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What one response takes of the memory, on either link: a large one passes when there is room for what its caller may leave unread.
 * Confined to the event loop.
 */
public final class ResponseMemory implements Relay.Backlog {
    /** What Vert.x's queues hold of a response whose caller does not read it. */
    private static final int UNREAD_BYTES = 128 * 1024;

    /**
     * The kernel holds so many times as much, in the sockets of the worker and of the caller; measured, 212 KB and 128 KB. Also for a
     * response that waits for memory here, so there is a limit to those.
     */
    private static final int IN_SOCKETS = 3;

    /** So much is part of what an invocation takes anyway. */
    private static final int SMALL_BYTES = 16 * 1024;

    private static final Duration WAIT = Duration.ofSeconds(10);

    /** A caller that has read all by then keeps up: server-sent events may last for hours, and hold nothing. */
    private static final long KEEPS_UP_MILLIS = 100;

    private final ByteBudget memory;
    private final Vertx vertx;
    private final List<Claim> claims = new ArrayList<>(0);
    private int taken;
    private int takenInSockets;
    private @Nullable HttpConnection stopped;
    private boolean fellBehind;

    public ResponseMemory(ByteBudget memory, Vertx vertx) {
        this.memory = memory;
        this.vertx = vertx;
    }

    /** The same for another stream of the same exchange. */
    public ResponseMemory another() {
        return new ResponseMemory(memory, vertx);
    }

    /** What a caller may leave unread of a response; 0 if that is little. A negative length is not known. */
    public static int unread(long length) {
        if (length < 0) {
            return UNREAD_BYTES;
        }
        return length <= SMALL_BYTES ? 0 : (int) Math.min(length, UNREAD_BYTES);
    }

    /** The most that one response may take: beside it there are its invocation, its connections, and others. */
    public long most() {
        return memory.mostForMuch() * 9 / 10;
    }

    /**
     * Takes bytes, those included that were taken before, now or when others have returned enough; the worker's connection is not read
     * meanwhile. Fails with what the caller is to get if that takes too long. {@link #release} is owed in any case.
     */
    public Future<Void> take(int bytes, HttpConnection worker) {
        if (!takeInSockets(bytes)) {
            return Future.failedFuture(exhausted(null));
        }
        Claim mine = memory.claim(Math.max(0, bytes - taken));
        claims.add(mine);
        taken = Math.max(taken, bytes);
        if (mine.granted().isComplete()) {
            return mine.granted();
        }
        Connections.stopReading(worker);
        stopped = worker;
        return TimeLimit.within(vertx, WAIT, mine.granted())
                .recover(late -> Future.failedFuture(exhausted(late)))
                .onSuccess(held -> readAgain());
    }

    /** A caller that has kept up and no longer does: what it leaves unread is taken, or its response is broken off. */
    @Override
    public void grow() {
        if (!claims.isEmpty() || fellBehind) {
            return;
        }
        if (!takeInSockets(UNREAD_BYTES) || !memory.tryTakeForOngoing(UNREAD_BYTES)) {
            giveInSockets();
            throw new InvocationFailure(
                    FailureCode.MEMORY_EXHAUSTED,
                    "the caller does not read its response, and the core's memory is taken");
        }
        fellBehind = true;
    }

    @Override
    public void clear() {
        if (fellBehind) {
            fellBehind = false;
            memory.give(UNREAD_BYTES);
            giveInSockets();
        }
    }

    /** Returns the bytes in a moment if the caller has read what there was by then. */
    public void releaseSoonIf(BooleanSupplier keepsUp) {
        vertx.setTimer(KEEPS_UP_MILLIS, due -> {
            if (keepsUp.getAsBoolean()) {
                release();
            }
        });
    }

    /** Returns the bytes, or waits for them no longer. May be called twice. */
    public void release() {
        claims.forEach(Claim::giveBack);
        claims.clear();
        taken = 0;
        giveInSockets();
        clear();
        readAgain();
    }

    private boolean takeInSockets(int bytes) {
        int more = IN_SOCKETS * Math.min(bytes, UNREAD_BYTES) - takenInSockets;
        if (more > 0 && !memory.tryTakeInSockets(more)) {
            return false;
        }
        takenInSockets += Math.max(0, more);
        return true;
    }

    private void giveInSockets() {
        memory.giveInSockets(takenInSockets);
        takenInSockets = 0;
    }

    private static InvocationFailure exhausted(@Nullable Throwable cause) {
        return new InvocationFailure(
                FailureCode.MEMORY_EXHAUSTED, "other callers hold the core's memory and do not read", cause);
    }

    private void readAgain() {
        if (stopped != null) {
            Connections.resumeReading(stopped);
            stopped = null;
        }
    }
}
