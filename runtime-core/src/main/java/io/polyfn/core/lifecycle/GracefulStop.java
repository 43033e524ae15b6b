package io.polyfn.core.lifecycle;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.invocation.InvocationServices;
import io.polyfn.core.invocation.PublicServer;
import io.polyfn.core.worker.WorkerConfig;
import io.polyfn.core.worker.WorkerSupervisor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * The core's stop, in order: not ready → finish what is in flight → close the port → pre-stop hook → end the worker → exit code 0.
 *
 * <p>The grace period bounds the whole. A third of it, at most 2 s, is kept for what comes after the invocations.
 */
public final class GracefulStop {
    private static final Logger LOG = Logger.getLogger(GracefulStop.class);
    private static final Duration MOST_KEPT = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final InvocationServices invocations;
    private final PublicServer server;
    private final Hooks hooks;
    private final WorkerSupervisor worker;
    private final Duration grace;
    private volatile boolean stopping;

    GracefulStop(
            Vertx vertx,
            InvocationServices invocations,
            PublicServer server,
            Hooks hooks,
            WorkerSupervisor worker,
            WorkerConfig config) {
        this.vertx = vertx;
        this.invocations = invocations;
        this.server = server;
        this.hooks = hooks;
        this.worker = worker;
        this.grace = config.grace();
    }

    /** Whether a stop has begun: the core is not ready then, whatever its worker is. */
    public boolean stopping() {
        return stopping;
    }

    /** Begins the stop, at the end of which the core ends with the given exit code; returns at once. */
    void run(int code) {
        stopping = true;
        Duration third = grace.dividedBy(3);
        Duration kept = third.compareTo(MOST_KEPT) < 0 ? third : MOST_KEPT;
        Duration forHook = kept.dividedBy(2);
        vertx.getOrCreateContext()
                .runOnContext(go -> within(grace.minus(kept), drain())
                        .recover(late -> failTheRest())
                        .compose(drained -> server.close())
                        .compose(closed -> within(forHook, hooks.preStopOnce()))
                        .otherwise(failure -> {
                            LOG.warnf("the pre-stop hook failed: %s", failure.getMessage());
                            return null;
                        })
                        .compose(done -> worker.stop(kept.minus(forHook)))
                        .onComplete(stopped -> exit(code)));
    }

    /** On a thread of its own: until the last shutdown hook has run, this call does not return. */
    private static void exit(int code) {
        Thread.ofPlatform().name("exit").start(() -> System.exit(code));
    }

    /** What was called while a hook was being waited for is waited for as well. */
    private Future<Void> drain() {
        return invocations.drain().compose(done -> hooks.finished()).compose(done -> invocations.drain());
    }

    private Future<Void> failTheRest() {
        LOG.warnf("the grace period is over with invocations still in flight; POLYFN_GRACE is %d s", grace.toSeconds());
        invocations.failAllInFlight(new InvocationFailure(
                FailureCode.DRAINING,
                "the core was told to stop and the invocation did not finish within the grace period"));
        return Future.succeededFuture();
    }

    private static Future<Void> within(Duration time, Future<Void> step) {
        return step.timeout(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS);
    }
}
