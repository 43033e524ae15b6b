package io.polyfn.core.link;

import io.polyfn.core.netty.EventLoops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/**
 * Lets the event loop learn of what has happened on its connections before one of them gets a request: that the peer has closed it, or
 * has sent what nobody asked for. The requests of one turn wait for the same poll.
 */
public final class NextPoll {
    private final Vertx vertx;
    private Future<Void> next = Future.succeededFuture();

    public NextPoll(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Completed when the event loop has polled its connections once more. */
    public Future<Void> passed() {
        if (next.isComplete()) {
            Promise<Void> polled = Promise.promise();
            next = polled.future();
            EventLoops.afterNextPoll(vertx, polled::complete);
        }
        return next;
    }
}
