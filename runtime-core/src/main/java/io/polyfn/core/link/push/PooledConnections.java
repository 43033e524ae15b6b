package io.polyfn.core.link.push;

import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.netty.WorkerFraming;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Knows how long each pooled connection to the worker has been idle, and closes those that may be stale before one is used.
 *
 * <p>Servers close idle connections (Node.js after 5 s) and FC freezes both ends in between, so a connection that has been idle for long
 * may be dead without anyone having noticed; the client's own pool learns that only when its timers run, which is too late after a
 * freeze. A new connection costs some 50 µs, a lost invocation costs a user. Time is read from two clocks, because either may have
 * stood still. Confined to the event loop.
 *
 * <p>A worker that has once sent what nobody asked for may do so late, when its connection has another caller's request on it already.
 * From then on each of its connections carries one request.
 */
final class PooledConnections implements WorkerFraming.Reuse {
    private static final Logger LOG = Logger.getLogger(PooledConnections.class);
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(800);
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final IdentityHashMap<HttpConnection, Use> uses = new IdentityHashMap<>();
    private final LongSupplier nanoTime;
    private final LongSupplier currentMillis;
    private final ByteBudget memory;
    private final Silence silence;
    private long sweptNanos;
    private long sweptMillis;
    private boolean reused = true;

    /**
     * @param nanoTime a clock that never goes back, such as {@link System#nanoTime()}
     * @param currentMillis the time of day, such as {@link System#currentTimeMillis()}
     * @param memory for large heads of responses, until those are over
     */
    PooledConnections(LongSupplier nanoTime, LongSupplier currentMillis, ByteBudget memory) {
        this.nanoTime = nanoTime;
        this.currentMillis = currentMillis;
        this.memory = memory;
        this.silence = new Silence(nanoTime);
        this.sweptNanos = nanoTime.getAsLong();
        this.sweptMillis = currentMillis.getAsLong();
    }

    /** A connection was opened. */
    void opened(HttpConnection connection) {
        Use use = new Use();
        touch(use);
        uses.put(connection, use);
        connection.closeHandler(closed -> {
            use.closed = true;
            giveBackIfOver(connection, use);
        });
    }

    /** A request goes out on the connection. */
    void busy(HttpConnection connection) {
        Use use = uses.get(connection);
        if (use != null) {
            use.requests++;
        }
    }

    /** Whether a request has been sent on the connection after one that is not over here yet. */
    boolean isShared(HttpConnection connection) {
        Use use = uses.get(connection);
        return use != null && use.requests > 1;
    }

    /**
     * A request and its response are over. That may be known here only when the connection has its next request already, because a slow
     * caller gets the end of a response later than the pool does.
     */
    void idle(HttpConnection connection) {
        Use use = uses.get(connection);
        if (use != null) {
            use.requests--;
            touch(use);
            giveBackIfOver(connection, use);
        }
    }

    /** A slow caller may still get the response of a connection that is closed, and a worker send more of one that was given up. */
    private void giveBackIfOver(HttpConnection connection, Use use) {
        if (use.requests == 0) {
            memory.give(use.held);
            use.held = 0;
            if (use.closed) {
                uses.remove(connection);
            }
        }
    }

    @Override
    public boolean hold(HttpConnection connection, int bytes) {
        Use use = uses.get(connection);
        if (use == null || bytes <= use.held) {
            return true;
        }
        boolean room = memory.tryTakeForOngoing(bytes - use.held);
        use.held = room ? bytes : use.held;
        return room;
    }

    /** Closes the idle connections that are no longer fresh. To be called before a request takes a connection from the pool. */
    void closeStale() {
        long nanos = nanoTime.getAsLong();
        long millis = currentMillis.getAsLong();
        if (elapsed(nanos - sweptNanos, millis - sweptMillis) < SWEEP_NANOS) {
            return;
        }
        sweptNanos = nanos;
        sweptMillis = millis;
        closeIdle(use -> elapsed(nanos - use.idleSinceNanos, millis - use.idleSinceMillis) > FRESH_NANOS);
    }

    @Override
    public boolean isAllowed() {
        return reused;
    }

    /** How long the worker has sent nothing. */
    Silence silence() {
        return silence;
    }

    @Override
    public void heard() {
        silence.broken();
    }

    @Override
    public void unasked() {
        if (reused) {
            reused = false;
            LOG.warn(
                    "the worker sent more than the response to a request, such as a body longer than its Content-Length (which counts"
                            + " bytes, not characters): from now on each connection to it carries one request");
            closeIdle(use -> true);
        }
    }

    private void closeIdle(Predicate<Use> which) {
        List<HttpConnection> idle = uses.entrySet().stream()
                .filter(entry -> entry.getValue().requests == 0 && which.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        for (HttpConnection connection : idle) {
            uses.remove(connection);
            var _ = connection.close();
        }
    }

    private void touch(Use use) {
        use.idleSinceNanos = nanoTime.getAsLong();
        use.idleSinceMillis = currentMillis.getAsLong();
    }

    private static long elapsed(long nanos, long millis) {
        return Math.max(nanos, millis * NANOS_PER_MILLI);
    }

    private static final class Use {
        private int requests;
        private int held;
        private boolean closed;
        private long idleSinceNanos;
        private long idleSinceMillis;
    }
}
