package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.netty.Connections;
import io.polyfn.core.netty.MalformedResponse;
import io.vertx.core.Future;

/**
 * One invocation in the worker, over either link: its request goes there, its response comes back, both streamed.
 *
 * <p>An exchange writes to the caller only what the worker sent; to write a failure is the invocation's part.
 */
public interface Exchange {
    /** The connection breaks a moment before the operating system reports the process's exit, and the exit is the better reason. */
    long EXIT_AFTER_BREAK_MILLIS = 500;

    /**
     * Completed when the whole response has been written. Fails with {@link NotDelivered} if nothing reached the worker, so that the
     * request may be sent to another one; else with the {@link InvocationFailure} that the caller is to get.
     */
    Future<Void> done();

    /** Ends the exchange from outside, for what the caller gets or would get; {@link #done} stays as it is. */
    void abort(InvocationFailure reason);

    /**
     * Whether it waits for its caller, to send or to read, while others wait for what it holds: its permit, its place in the worker, its
     * share of a budget.
     *
     * @param permitsContended whether others wait for permits
     */
    boolean keepsOthersWaiting(boolean permitsContended);

    /** The failure of a worker that runs and whose connection broke, or could not be read any further. */
    static InvocationFailure brokeOff(Throwable cause) {
        if (cause instanceof InvocationFailure failure) {
            return failure;
        }
        if (cause instanceof MalformedResponse) {
            return new InvocationFailure(
                    FailureCode.BAD_WORKER_ANSWER, "the worker's response is malformed: " + cause.getMessage(), cause);
        }
        String how = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new InvocationFailure(
                FailureCode.BAD_WORKER_ANSWER,
                "the worker closed the connection before completing its response: " + how,
                cause);
    }

    /** Nothing of the request reached the worker, so sending it again cannot run it twice. */
    final class NotDelivered extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NotDelivered(String reason, Throwable cause) {
            super(reason, cause, false, false);
        }

        /** Whether nothing listens any more; a worker whose queue of connections is full does, and has invocations in it. */
        public boolean nobodyListens() {
            Throwable cause = getCause();
            return cause != null && Connections.refused(cause);
        }
    }
}
