package io.polyfn.core.worker;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.telemetry.InvocationMetrics;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerConfig.Link;
import io.polyfn.core.worker.WorkerState.BackingOff;
import io.polyfn.core.worker.WorkerState.Failed;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerState.Starting;
import io.polyfn.core.worker.WorkerState.Stopped;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the process: starts a worker, waits for its link, replaces it when it ends, stops it with the core.
 *
 * <p>Start → (link opens) → ready → (process ends) → back-off → start … All state is confined to the event loop; processes report to it.
 */
public final class WorkerSupervisor {
    private static final Logger LOG = Logger.getLogger(WorkerSupervisor.class);
    private static final Duration AFTER_KILL = Duration.ofSeconds(1);
    private static final long RECONNECT_MILLIS = 10;

    private final Vertx vertx;
    private final Context loop;
    private final WorkerConfig config;
    private final WorkerLauncher launcher;
    private final InvocationMetrics metrics;
    private final WorkerStop ending;

    private int corePort;
    private Function<Ready, Future<Void>> readyGate = ready -> Future.succeededFuture();
    private final Promise<Void> settled = Promise.promise();

    private volatile WorkerState state = new Starting();
    private RestartBackOff backOff = RestartBackOff.NONE;
    private Promise<Ready> nextReady = Promise.promise();
    private @Nullable String startFailure;
    private @Nullable String endedByCore;
    private @Nullable WorkerProcess process;
    private Promise<WorkerExit> processExit = Promise.promise();
    private @Nullable LinkWait linkWait;
    private boolean wasEverReady;
    private boolean warnedOfPoll;
    private long startedAt;

    public WorkerSupervisor(Vertx vertx, WorkerConfig config, WorkerLauncher launcher, InvocationMetrics metrics) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.config = config;
        this.launcher = launcher;
        this.metrics = metrics;
        this.ending = new WorkerStop(vertx);
        config.workerPort().ifPresent(WorkerSupervisor::checkPort);
        checkTime("POLYFN_START_TIMEOUT", config.startTimeout());
        checkTime("POLYFN_GRACE", config.grace());
    }

    private static void checkTime(String variable, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(
                    "%s=%d ms is no time that anything can take: give 0 or more".formatted(variable, time.toMillis()));
        }
    }

    private static void checkPort(int port) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException(
                    "POLYFN_WORKER_PORT=" + port + " is not a port: give a number from 1 to 65535");
        }
    }

    /**
     * Starts the first worker.
     *
     * @param publicPort the core's own port, which a worker must not take
     * @return completed when a worker is ready or the first start has failed: from then on every invocation can be answered
     */
    public Future<Void> start(int publicPort) {
        corePort = publicPort;
        loop.runOnContext(go -> launch());
        return settled.future();
    }

    /** Asks for a step between an open link and readiness, such as initialising a replacement; a failed step ends that worker. */
    public void gateReadiness(Function<Ready, Future<Void>> gate) {
        readyGate = gate;
    }

    public WorkerState state() {
        return state;
    }

    /**
     * The worker to send an invocation to. Waits for one that is being started, unless the last start failed: then the caller is told
     * why at once, with code {@link FailureCode#WORKER_START_FAILED}.
     */
    public Future<Ready> ready() {
        if (state instanceof Ready ready) {
            return Future.succeededFuture(ready);
        }
        if (state instanceof Failed failed) {
            return Future.failedFuture(startFailed(failed.reason()));
        }
        if (state instanceof Stopped) {
            return Future.failedFuture(new InvocationFailure(FailureCode.DRAINING, "the core is stopping"));
        }
        return startFailure == null ? nextReady.future() : Future.failedFuture(startFailed(startFailure));
    }

    /**
     * As {@link #ready}, for a caller that could not connect to the given worker: after a short pause, the same worker if it still lives
     * (its queue of connections was full), or the next one.
     */
    public Future<Ready> readyAfter(Ready unreachable) {
        if (!state.equals(unreachable)) {
            return ready();
        }
        Promise<Ready> next = Promise.promise();
        vertx.setTimer(RECONNECT_MILLIS, due -> ready().onComplete(next));
        return next.future();
    }

    /** Whether the worker that is ready prints its invocations' log markers itself. */
    public boolean printsMarkers() {
        return state instanceof Ready ready && ready.address().printsMarkers();
    }

    /** The worker asks the Runtime API for an invocation; the first time, that makes it a pull worker. */
    public void polled(WorkerAddress.Polling address) {
        if (linkWait != null && process != null && process.isAlive() && !linkIs(Link.PUSH)) {
            linkWait.stop();
            linkOpen(process, address);
        } else if (!warnedOfPoll
                && state instanceof Ready ready
                && ready.address() instanceof WorkerAddress.Listening) {
            warnedOfPoll = true;
            LOG.warn(
                    "the worker listens on a port and asks the Runtime API as well; it gets its invocations on the port."
                            + " POLYFN_LINK=pull says otherwise");
        }
    }

    /** The worker says that its function cannot start; it is expected to end next. */
    public void initFailed(String reason) {
        LOG.errorf("the function could not start: %s", reason);
        if (state instanceof Starting) {
            endedByCore = "the function could not start: " + reason;
        }
    }

    /** Ends a worker that is of no more use, so that another one takes its place at once. */
    public void replace(Ready useless, String reason) {
        if (state.equals(useless)) {
            LOG.warnf("ending the worker: %s", reason);
            backOff = RestartBackOff.NONE;
            var _ = ending.kill(process);
        }
    }

    /** Stops the worker for good: SIGTERM to its process tree, SIGKILL to what is left of it after the given time. */
    public Future<Void> stop(Duration patience) {
        Promise<Void> stopped = Promise.promise();
        loop.runOnContext(go -> {
            state = new Stopped();
            nextReady.tryFail(new InvocationFailure(FailureCode.DRAINING, "the core is stopping"));
            WorkerProcess last = process;
            if (last == null || !last.isAlive()) {
                ending.kill(last).onComplete(stopped);
                return;
            }
            ending.end(last, patience)
                    .compose(done -> processExit
                            .future()
                            .timeout(AFTER_KILL.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS))
                    .<Void>mapEmpty()
                    .otherwiseEmpty()
                    .onComplete(stopped);
        });
        return stopped.future();
    }

    private void launch() {
        if (state instanceof Stopped) {
            return;
        }
        state = new Starting();
        startedAt = System.nanoTime();
        endedByCore = null;
        processExit = Promise.promise();
        try {
            WorkerProcess started = launcher.launch();
            process = started;
            metrics.workerStarted(backOff.failures() > 0);
            var _ = started.onExit().thenAccept(exit -> loop.runOnContext(go -> ended(started, exit)));
            waitForLink(started);
        } catch (IOException e) {
            String reason = "the worker cannot be started: " + e.getMessage();
            if (wasEverReady) {
                // What worked before is likely to work again: memory was short, or the file was being written.
                noteStartFailure(reason);
                startAgain(reason);
            } else {
                giveUp(reason);
            }
        }
    }

    private void waitForLink(WorkerProcess started) {
        LinkSearch search = new LinkSearch(started, config.workerPort(), corePort);
        LinkWait wait = new LinkWait(
                vertx,
                started,
                search,
                address -> linkOpen(started, new WorkerAddress.Listening(address)),
                () -> tookCorePort(started));
        linkWait = wait;
        if (!linkIs(Link.PULL)) {
            wait.look();
        }
        vertx.setTimer(Math.max(1, config.startTimeout().toMillis()), due -> {
            if (started == process && state instanceof Starting) {
                String reason =
                        "the worker (%s) did not open its link within %s; it may listen on the socket in POLYFN_SOCKET or on any TCP port, or ask the Runtime API"
                                .formatted(launcher.command().display(), inWords(config.startTimeout()));
                String stderr = started.lastStderr().strip();
                noteStartFailure(stderr.isEmpty() ? reason : reason + "; its last lines on stderr: " + stderr);
                LOG.error(startFailure);
            }
        });
    }

    private boolean linkIs(Link link) {
        return config.link().filter(link::equals).isPresent();
    }

    private void tookCorePort(WorkerProcess taker) {
        if (taker != process) {
            return;
        }
        giveUp(
                ("the worker listens on port %d, which is the core's own: let it listen on the port in FC_SERVER_PORT or PORT,"
                                + " or give the core another one with POLYFN_PORT or, on FC, the function's port (CAPort)")
                        .formatted(corePort));
        var _ = ending.kill(taker);
    }

    private void linkOpen(WorkerProcess opened, WorkerAddress address) {
        linkWait = null;
        Ready ready = new Ready(address, processExit.future());
        readyGate.apply(ready).onComplete(gate -> {
            if (opened != process || !(state instanceof Starting)) {
                return;
            }
            if (gate.failed()) {
                endedByCore = "the worker was started again and could not be initialised: "
                        + gate.cause().getMessage();
                var _ = ending.kill(opened);
                return;
            }
            state = ready;
            wasEverReady = true;
            startFailure = null;
            StartTimeline.reached(Phase.WORKER_READY);
            LOG.infof(
                    "worker ready after %d ms at %s (pid %d: %s)",
                    uptime().toMillis(),
                    address,
                    opened.pid(),
                    launcher.command().display());
            Promise<Ready> waiting = nextReady;
            nextReady = Promise.promise();
            waiting.complete(ready);
            settled.tryComplete();
        });
    }

    private void ended(WorkerProcess which, WorkerExit exit) {
        if (which != process) {
            return;
        }
        boolean wasReady = state instanceof Ready;
        if (wasReady || state instanceof Starting) {
            // From here on nobody takes this worker for one that may still become ready.
            state = new BackingOff(exit.describe());
        }
        // What a dead worker left behind would hold its port against the next one. A stop deals with that itself.
        Future<Void> cleared = state instanceof Stopped ? Future.succeededFuture() : ending.kill(which);
        cleared.onComplete(killed -> afterEnd(wasReady, exit));
        processExit.tryComplete(exit);
    }

    private void afterEnd(boolean wasReady, WorkerExit exit) {
        switch (state) {
            // A port that opens during the stop would promise what nobody keeps.
            case Stopped _ -> {}
            case Failed _ -> settled.tryComplete();
            case Ready _ -> throw new IllegalStateException("BUG: ready while its end is being dealt with");
            case Starting _ -> throw new IllegalStateException("BUG: starting while an end is being dealt with");
            case BackingOff _ -> {
                if (wasReady) {
                    startAgain("the worker ended with " + exit.describe());
                    return;
                }
                String reason = endedByCore != null
                        ? endedByCore
                        : "the worker (" + launcher.command().display() + ") ended before it was ready, with "
                                + exit.describe();
                endedByCore = null;
                noteStartFailure(reason);
                startAgain(reason);
            }
        }
    }

    private void startAgain(String reason) {
        backOff = backOff.afterExit(uptime());
        Duration pause = backOff.pause();
        state = new BackingOff(reason);
        LOG.warnf("%s; starting another in %d ms", reason, pause.toMillis());
        if (pause.isZero()) {
            launch();
        } else {
            vertx.setTimer(pause.toMillis(), due -> launch());
        }
    }

    private void giveUp(String reason) {
        LOG.error(reason);
        state = new Failed(reason);
        nextReady.tryFail(startFailed(reason));
        if (process == null || !process.isAlive()) {
            settled.tryComplete();
        }
    }

    /** From now until a worker is ready, callers are told this instead of being kept waiting. */
    private void noteStartFailure(String reason) {
        startFailure = reason;
        Promise<Ready> waiting = nextReady;
        nextReady = Promise.promise();
        waiting.fail(startFailed(reason));
        settled.tryComplete();
    }

    private static InvocationFailure startFailed(String reason) {
        return new InvocationFailure(FailureCode.WORKER_START_FAILED, reason);
    }

    private static String inWords(Duration time) {
        return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }
}
