package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.ResponseMemory;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.worker.PeerProcess;
import io.polyfn.core.worker.Worker;
import io.polyfn.core.worker.WorkerAddress.Polling;
import io.polyfn.core.worker.WorkerExit;
import io.polyfn.core.worker.WorkerPool;
import io.polyfn.core.worker.WorkerSlot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The polling workers of one slot, one after the other: what outlives each of them. Confined to the event loop. */
final class PullWorkers {
    private final Vertx vertx;
    private final WorkerSlot slot;
    private final WorkerPool pool;
    private final PullLinks links;
    private final ByteBudget memory;
    private final Extensions extensions;
    private final Peers peers;
    private @Nullable PullLink newest;

    /**
     * @param links of all slots
     * @param peersOf the worker's processes by the ports of their connections
     * @param workersPort see {@link Peers}
     */
    PullWorkers(
            Vertx vertx,
            WorkerSlot slot,
            WorkerPool pool,
            PullLinks links,
            ByteBudget memory,
            Extensions extensions,
            Supplier<Future<Map<Integer, PeerProcess>>> peersOf,
            IntUnaryOperator workersPort) {
        this.vertx = vertx;
        this.slot = slot;
        this.pool = pool;
        this.links = links;
        this.memory = memory;
        this.extensions = extensions;
        this.peers = new Peers(
                vertx,
                peersOf,
                workersPort,
                connection -> newest != null && newest.hasCallFrom(connection),
                connection -> newest == null ? 0 : newest.placesWith(connection),
                (connection, before) -> {
                    if (newest != null) {
                        newest.processExited(connection, before);
                    }
                });
    }

    Extensions extensions() {
        return extensions;
    }

    Peers peers() {
        return peers;
    }

    /** A worker has polled for the first time. */
    PullLink opened(Polling address, Future<WorkerExit> exited) {
        PullLink link = new PullLink(vertx, this, address.printsMarkers(), exited);
        newest = link;
        peers.restart();
        return link;
    }

    /** The worker polls. A poll of a worker that is on the push link gets no response. */
    void polled(NextCall poll) {
        slot.polled(poll.address());
        peers.polled(poll.request().connection());
        if (newest != null) {
            newest.next(poll);
        }
    }

    /** The call to which a worker responds under this id; null if no worker has it. */
    @Nullable
    Pending take(String id, RuntimeApiPost post) {
        return newest == null ? null : newest.take(id, post);
    }

    void initFailed(String reason) {
        slot.initFailed(reason);
    }

    /** The link of a worker that is ready, or of the next one; fails as {@link WorkerPool#ready} does. */
    Future<PullLink> next() {
        return pool.ready().compose(worker -> {
            Link link = worker.link();
            return link instanceof PullLink pull
                    ? Future.succeededFuture(pull)
                    : Future.failedFuture(new InvocationFailure(
                            FailureCode.WORKER_EXITED,
                            "the worker exited, and the next one does not poll the Runtime API"));
        });
    }

    void replace(PullLink link, String reason) {
        pool.kill(link, reason);
    }

    /** Replaces a worker that has lost a part of itself, once it is done with what it has. */
    void replaceWhenDone(PullLink link, String reason) {
        var _ = pool.replaceWorn(link, reason);
    }

    /** The core breaks off what this worker has not read yet, and most clients of the Runtime API exit then. */
    void brokeOff(PullLink link) {
        Worker worker = pool.having(link);
        if (worker != null) {
            worker.absolve();
        }
    }

    /** Those of all workers. */
    PullLinks links() {
        return links;
    }

    /** For one response. */
    ResponseMemory responseMemory() {
        return new ResponseMemory(memory, vertx);
    }
}
