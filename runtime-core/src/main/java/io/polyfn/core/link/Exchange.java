package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import java.io.FileNotFoundException;
import java.net.ConnectException;

/**
 * One invocation in the worker, over whichever link: its request goes there, its answer comes back, both streamed.
 *
 * <p>An exchange writes to the caller only what the worker said; to answer with a failure is the invocation's part.
 */
public interface Exchange {
    // The connection breaks a moment before the operating system tells of the process's end, and the end is the better
    // reason.
    long EXIT_AFTER_BREAK_MILLIS = 500;

    /**
     * Completed when the whole answer has been written. Fails with {@link NotDelivered} if nothing reached the worker, so that the
     * request may be sent to another one; else with the {@link io.polyfn.core.failure.InvocationFailure} that the caller is to get.
     */
    Future<Void> done();

    /** Ends the exchange from outside; {@link #done} stays as it is. */
    void abort();

    /** The failure of a worker that lives and whose connection broke. */
    static InvocationFailure brokeOff(Throwable cause) {
        String how = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new InvocationFailure(
                FailureCode.BAD_WORKER_ANSWER, "the worker broke off before its answer was complete: " + how, cause);
    }

    /** Nothing of the request reached the worker, so sending it again cannot run it twice. */
    final class NotDelivered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotDelivered(String reason, Throwable cause) {
            super(reason, cause, false, false);
        }

        /** Whether the worker listens no more; one whose queue of connections is full has invocations in it, and does. */
        public boolean nobodyListens() {
            Throwable cause = getCause();
            return cause instanceof FileNotFoundException
                    || (cause instanceof ConnectException
                            && String.valueOf(cause.getMessage()).contains("Connection refused"));
        }
    }
}
