package io.polyfn.core.link;

import io.vertx.core.Future;

/**
 * One invocation in the worker, over whichever link: its request goes there, its answer comes back, both streamed.
 *
 * <p>An exchange writes to the caller only what the worker said; to answer with a failure is the invocation's part.
 */
public interface Exchange {
    /**
     * Completed when the whole answer has been written. Fails with {@link NotDelivered} if nothing reached the worker, so that the
     * request may be sent to another one; else with the {@link io.polyfn.core.failure.InvocationFailure} that the caller is to get.
     */
    Future<Void> done();

    /** Ends the exchange from outside; {@link #done} stays as it is. */
    void abort();

    /** Nothing of the request reached the worker, so sending it again cannot run it twice. */
    final class NotDelivered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotDelivered(String reason, Throwable cause) {
            super(reason, cause, false, false);
        }
    }
}
