package io.polyfn.core.link;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.MultiMap;

/** What a pull worker is given when it asks for the next: an invocation or a hook. Confined to the event loop. */
sealed interface Work permits PullExchange, PullHook {
    /** What the platform said about it; the request id among it. */
    MultiMap headers();

    /** Whether nobody waits for its answer any more. */
    boolean isOver();

    /** When it should be over, as milliseconds since 1970; {@link Long#MAX_VALUE} if nobody says. */
    long deadlineMillis();

    /**
     * Answers the worker's call with this work.
     *
     * @param id the id under which the worker will answer
     */
    void deliver(Poll poll, String id);

    /** The worker has answered it. */
    void respond(Posted answer);

    /** The worker says that it failed. */
    void fail(Posted error);

    /** The worker has ended; whatever of the work it had is lost. */
    void workerEnded(WorkerExit exit);

    /** There is no worker that it could be given to. */
    void undeliverable(InvocationFailure reason);
}
