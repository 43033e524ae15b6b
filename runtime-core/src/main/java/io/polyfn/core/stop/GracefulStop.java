package io.polyfn.core.stop;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.failure.LastWords;
import io.polyfn.core.failure.TimeLimit;
import io.polyfn.core.ingress.Handover;
import io.polyfn.core.ingress.Hooks;
import io.polyfn.core.ingress.InFlight;
import io.polyfn.core.ingress.PublicServer;
import io.polyfn.core.worker.WorkerPool;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * The core's stop, in order: not ready, drain delay, drain, close the port, drain what came until then, pre-stop hook, terminate the workers,
 * exit.
 *
 * <p>In the drain delay all is served as before, and callers are told to go elsewhere. Then the port stays open while invocations from before
 * finish, for at most half of the drain: a platform goes on sending until it knows. Whoever is connected when it closes gets a response. The
 * grace period bounds all that comes after the delay. A third of it, at most 2 s, is kept for the steps after the drain.
 */
public final class GracefulStop {
    private static final Logger LOG = Logger.getLogger(GracefulStop.class);
    private static final Duration MAX_KEPT = Duration.ofSeconds(2);
    private static final Duration LAST_WRITES = Duration.ofMillis(200);

    private final Vertx vertx;
    private final InFlight inFlight;
    private final PublicServer server;
    private final Runnable closeTunnels;
    private final Hooks hooks;
    private final WorkerPool workers;
    private final Duration delay;
    private final Duration grace;
    private final Optional<Handover> handover;
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** @param closeTunnels tells WebSockets to close, and then those to come; called again, that they are about to be cut */
    public GracefulStop(
            Vertx vertx,
            InFlight inFlight,
            PublicServer server,
            Runnable closeTunnels,
            Hooks hooks,
            WorkerPool workers,
            Duration delay,
            Duration grace,
            Optional<Handover> handover) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.server = server;
        this.closeTunnels = closeTunnels;
        this.hooks = hooks;
        this.workers = workers;
        this.delay = delay;
        this.grace = grace;
        this.handover = handover;
    }

    /** Whether a stop has begun: the core is not ready then, whatever its workers' state. May be read on any thread. */
    public boolean stopping() {
        return stopping.get();
    }

    /**
     * Begins the stop; the process exits with the given code at the end of it. Returns at once. Only the first call counts.
     *
     * @param code if it is not 0, the core cannot serve, and nobody is waited for in the drain delay
     */
    public void run(int code) {
        if (stopping.getAndSet(true)) {
            return;
        }
        vertx.getOrCreateContext().runOnContext(go -> {
            server.drain();
            if (code != 0 || delay.toMillis() == 0) {
                finish(code);
            } else {
                vertx.setTimer(delay.toMillis(), due -> finish(code));
            }
        });
    }

    private void finish(int code) {
        Duration third = grace.dividedBy(3);
        Duration kept = third.compareTo(MAX_KEPT) < 0 ? third : MAX_KEPT;
        Duration forHook = kept.dividedBy(2);
        Duration drain = grace.minus(kept);
        long from = System.nanoTime();
        drain(drain.dividedBy(2))
                .compose(open -> within(
                        drain.minusNanos(System.nanoTime() - from),
                        stopAccepting().compose(closed -> server.disconnect())))
                .recover(late -> failTheRest())
                .compose(drained -> server.close())
                .compose(closed -> within(forHook, hooks.preStopOnce()))
                .otherwise(failure -> {
                    LOG.warnf("the pre-stop hook failed: %s", LastWords.remove(String.valueOf(failure.getMessage())));
                    return null;
                })
                .compose(done -> workers.stop(kept.minus(forHook)))
                .onComplete(stopped -> exit(code));
    }

    /** On a thread of its own: until the last shutdown hook has run, this call does not return. */
    private static void exit(int code) {
        Thread.ofPlatform().name("exit").start(() -> System.exit(code));
    }

    /** Never fails: what is not finished in this time has the rest of it. */
    private Future<Void> drain(Duration time) {
        closeTunnels.run();
        handover.ifPresent(Handover::stop);
        return within(time, inFlight.drain()).otherwiseEmpty();
    }

    /** The listening socket has a thread of its own. */
    private Future<Void> stopAccepting() {
        Promise<Void> closed = Promise.promise();
        Context loop = vertx.getOrCreateContext();
        server.stopAccepting().onComplete(done -> loop.runOnContext(go -> closed.complete()));
        return closed.future();
    }

    private Future<Void> failTheRest() {
        LOG.warnf("the grace period is over with invocations still in flight; POLYFN_GRACE is %d s", grace.toSeconds());
        closeTunnels.run();
        inFlight.failAll(new InvocationFailure(
                FailureCode.DRAINING,
                "the core is shutting down, and the invocation did not finish within the grace period"));
        return within(LAST_WRITES, server.disconnect()).otherwiseEmpty();
    }

    private Future<Void> within(Duration time, Future<Void> step) {
        return TimeLimit.within(vertx, time, step);
    }
}
