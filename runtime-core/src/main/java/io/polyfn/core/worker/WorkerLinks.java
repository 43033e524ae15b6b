package io.polyfn.core.worker;

import io.polyfn.core.link.Link;
import io.vertx.core.Future;

/** The links to the workers of one slot, one worker after the other. Confined to the event loop. */
public interface WorkerLinks {
    /** Opens what a worker may want before it has a link; fails, with a message for the operator, if that is impossible. */
    Future<Void> open();

    /** The link to a worker that has opened it. */
    Link to(WorkerAddress address, Future<WorkerExit> exited);

    /** Closes what {@link #open} has opened; the slot has no worker any more. */
    void close();
}
