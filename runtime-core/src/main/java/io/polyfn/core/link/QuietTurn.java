package io.polyfn.core.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Lets the event loop hear of closed connections before a request is sent.
 *
 * <p>After a while in which nothing happened, or in which the core was frozen, it hears of them and of new requests at the same moment;
 * the connections come first. Costs nothing while requests follow one another.
 */
final class QuietTurn {
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Vertx vertx;
    private long last = System.nanoTime();
    private Future<Void> turn = Future.succeededFuture();

    QuietTurn(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Completed when a request may be sent: at once, or after a quiet time when the event loop has done what it has to do already. */
    Future<Void> come() {
        long now = System.nanoTime();
        boolean quiet = now - last > QUIET_NANOS;
        last = now;
        if (quiet && turn.isComplete()) {
            Promise<Void> next = Promise.promise();
            turn = next.future();
            vertx.runOnContext(done -> next.complete());
        }
        return turn;
    }
}
