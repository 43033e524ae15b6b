package io.polyfn.core.link;

import io.polyfn.core.netty.EventLoops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Lets the event loop learn of closed connections before a request is sent.
 *
 * <p>After an idle time, or after the core was frozen, it learns of them and of new requests at the same moment; the connections come
 * first. Costs nothing while requests follow one another.
 */
public final class QuietTick {
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Vertx vertx;
    private long last = System.nanoTime();
    private Future<Void> tick = Future.succeededFuture();

    public QuietTick(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Completed when a request may be sent: at once, or after an idle time when the event loop has polled its connections again. */
    public Future<Void> passed() {
        long now = System.nanoTime();
        boolean quiet = now - last > QUIET_NANOS;
        last = now;
        if (quiet && tick.isComplete()) {
            Promise<Void> next = Promise.promise();
            tick = next.future();
            EventLoops.afterNextPoll(vertx, next::complete);
        }
        return tick;
    }
}
