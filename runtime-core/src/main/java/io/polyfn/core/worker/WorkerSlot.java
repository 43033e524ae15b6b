package io.polyfn.core.worker;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.LastWords;
import io.polyfn.core.failure.TimeLimit;
import io.polyfn.core.link.Link;
import io.polyfn.core.platform.LinkType;
import io.polyfn.core.platform.LogText;
import io.polyfn.core.platform.WorkerSettings;
import io.polyfn.core.telemetry.InvocationMetrics;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerState.BackingOff;
import io.polyfn.core.worker.WorkerState.Failed;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerState.Replacing;
import io.polyfn.core.worker.WorkerState.Starting;
import io.polyfn.core.worker.WorkerState.Stopped;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a worker's process: it is started, its link opens, it is ready, it exits, and after a back-off it is started again.
 *
 * <p>All state is confined to the event loop; {@link WorkerRun} has the state of one process, {@link WorkerWaiters} the callers that wait.
 */
public final class WorkerSlot {
    private static final Logger LOG = Logger.getLogger(WorkerSlot.class);
    private static final Duration TERMINATION = Duration.ofSeconds(2);
    /** A caller waits for a start, but not in silence for a long pause before it. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** As in {@code sysexits.h}: a restart with the same settings would fail in the same way. */
    private static final int EXIT_CONFIGURATION = 78;

    private final Vertx vertx;
    private final Context loop;
    private final WorkerSettings settings;
    private final WorkerLauncher launcher;
    private final InvocationMetrics metrics;
    private final WorkerStop processes;
    private final WorkerWaiters waiters = new WorkerWaiters();
    private final StartMessages messages;
    private final Promise<Void> settled = Promise.promise();

    private int corePort;
    private @Nullable BiFunction<WorkerAddress, Future<WorkerExit>, Link> links;
    private Function<Worker, Future<Void>> readyGate = ready -> Future.succeededFuture();

    private volatile WorkerState state = new Starting();
    private RestartBackOff backOff = RestartBackOff.NONE;
    private @Nullable WorkerRun run;
    private @Nullable WorkerExit lastExit;
    private int restarts;
    private boolean wasEverReady;
    private boolean warnedOfPoll;

    public WorkerSlot(Vertx vertx, WorkerSettings settings, WorkerLauncher launcher, InvocationMetrics metrics) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.settings = settings;
        this.launcher = launcher;
        this.metrics = metrics;
        this.processes = new WorkerStop(vertx);
        this.messages = new StartMessages(launcher.command());
    }

    /**
     * Starts the first worker.
     *
     * @param publicPort the core's own port, which a worker must not take
     * @param linkFactory makes the link to a worker when it opens
     * @param gate a step between an open link and readiness, such as initializing a replacement; if it fails, that worker is killed
     * @return completed when a worker is ready or the first start has failed: from then on every invocation gets a response
     */
    public Future<Void> start(
            int publicPort,
            BiFunction<WorkerAddress, Future<WorkerExit>, Link> linkFactory,
            Function<Worker, Future<Void>> gate) {
        corePort = publicPort;
        links = linkFactory;
        readyGate = gate;
        loop.runOnContext(go -> launch());
        return settled.future();
    }

    /** May be read on any thread. */
    public WorkerState state() {
        return state;
    }

    /** The worker that is ready; null if there is none. */
    public @Nullable Worker readyNow() {
        return state instanceof Ready ready ? ready.worker() : null;
    }

    /**
     * The worker to send an invocation to. Waits for one that is being started, unless the last start failed: then it fails at once with
     * the reason and {@link FailureCode#WORKER_START_FAILED}.
     */
    public Future<Worker> ready() {
        return state instanceof Ready ready ? Future.succeededFuture(ready.worker()) : waiters.next();
    }

    /** The worker polls the Runtime API; the first time, that makes it a pull worker. */
    public void polled(WorkerAddress.Polling address) {
        WorkerRun polling = run;
        if (polling != null && settings.link() != LinkType.PUSH && polling.takeLinkWait()) {
            linkOpen(polling, address);
        } else if (!warnedOfPoll
                && state instanceof Ready ready
                && ready.worker().address() instanceof WorkerAddress.Listening) {
            warnedOfPoll = true;
            LOG.warn(StartMessages.POLLS_TOO);
        }
    }

    /** The worker reports that its function cannot start; it is expected to exit next. */
    public void initFailed(String reason) {
        LOG.errorf("the function could not start: %s", LogText.oneLine(reason));
        if (state instanceof Starting && run != null) {
            run.condemn("the function could not start: " + reason);
        }
    }

    /** Kills a worker that is of no more use, so that another one is started at once. */
    public void kill(Link useless, String reason) {
        if (having(useless) != null && run != null) {
            LOG.warnf("killing the worker: %s", reason);
            backOff = RestartBackOff.NONE;
            var _ = processes.kill(run.process());
        }
    }

    /** Replaces a worker that takes nothing more, or has lost a part of itself, once it is done with what it has. */
    public void replaceWhenDone(Link useless, String reason) {
        if (having(useless) != null && state instanceof Ready) {
            LOG.warnf("replacing the worker: %s", reason);
            var _ = replace();
        }
    }

    /** The worker that has this link, ready or being replaced; null if it has exited. */
    public @Nullable Worker having(Link link) {
        Worker worker = current();
        return worker != null && worker.link().equals(link) ? worker : null;
    }

    private @Nullable Worker current() {
        return state instanceof Replacing replacing ? replacing.worker() : readyNow();
    }

    /**
     * Replaces the worker. Its invocations finish first, within the grace period; new ones wait for the next worker.
     *
     * @return the next worker; fails if none is ready now, or if the next one does not start
     */
    public Future<Worker> replace() {
        WorkerRun last = run;
        Worker worker = readyNow();
        if (worker == null || last == null) {
            return Future.failedFuture(new IllegalStateException("the worker is " + state.describe()));
        }
        state = new Replacing(worker);
        LOG.info("replacing the worker");
        Future<Worker> next = waiters.next();
        worker.link().retire();
        var _ = TimeLimit.within(vertx, settings.grace(), worker.idle())
                .transform(idle -> processes.terminate(last.process(), TERMINATION));
        return next;
    }

    /** Stops the worker for good: SIGTERM to its process tree, SIGKILL to what is left of it after the given time. */
    public Future<Void> stop(Duration patience) {
        Promise<Void> stopped = Promise.promise();
        loop.runOnContext(go -> {
            state = new Stopped();
            waiters.stopping();
            processes.stop(run, patience).onComplete(stopped);
        });
        return stopped.future();
    }

    /** Which process of the worker has which connection to a local port, by the process's own port. Reads {@code /proc}. */
    public Future<Map<Integer, PeerProcess>> peers(int port) {
        WorkerRun current = run;
        return current == null
                ? Future.succeededFuture(Map.of())
                : vertx.executeBlocking(() -> PeerProcess.of(current.process().descendants(), port));
    }

    /** For the control plane; to be called on the event loop. */
    public WorkerStatus status() {
        return WorkerStatus.of(state, run, current(), restarts, lastExit);
    }

    private void launch() {
        if (state instanceof Stopped) {
            return;
        }
        state = new Starting();
        try {
            WorkerRun started = new WorkerRun(launcher.launch());
            run = started;
            if (backOff.failures() > 0) {
                restarts++;
            }
            metrics.workerStarted(backOff.failures() > 0);
            started.onExit(loop, exit -> exited(started, exit));
            waitForLink(started);
        } catch (IOException e) {
            String reason = "the worker cannot be started: " + e.getMessage();
            if (wasEverReady) {
                // It worked before, so it is likely to work again: memory was short, or the file was being written.
                startFailed(reason);
                startAgain(reason, reason);
            } else {
                giveUp(reason);
            }
        }
    }

    private void waitForLink(WorkerRun started) {
        LinkSearch search = new LinkSearch(started.process(), settings.port() == null, corePort);
        Consumer<SocketAddress> opened = address -> {
            if (started.takeLinkWait()) {
                linkOpen(started, new WorkerAddress.Listening(address));
            }
        };
        LinkWait wait = new LinkWait(vertx, started.process(), search, opened, () -> tookCorePort(started));
        started.await(wait);
        if (settings.link() != LinkType.PULL) {
            wait.look();
        }
        vertx.setTimer(Math.max(1, settings.startTimeout().toMillis()), due -> {
            if (started == run && state instanceof Starting) {
                String reason = messages.notOpened(
                        settings.startTimeout(), started.process().lastStderr());
                startFailed(reason);
                LOG.error(LastWords.remove(reason));
            }
        });
    }

    private void tookCorePort(WorkerRun taker) {
        if (taker == run) {
            giveUp(messages.tookCorePort(corePort));
            var _ = processes.kill(taker.process());
        }
    }

    private void linkOpen(WorkerRun opened, WorkerAddress address) {
        Link link = Objects.requireNonNull(links).apply(address, opened.exited());
        Worker worker = new Worker(opened.process().pid(), address, link, opened.exited());
        readyGate.apply(worker).onComplete(gate -> {
            if (opened != run || !(state instanceof Starting)) {
                return;
            }
            if (gate.failed()) {
                opened.condemn("the worker was restarted and could not be initialized: "
                        + gate.cause().getMessage());
                var _ = processes.kill(opened.process());
                return;
            }
            state = new Ready(worker);
            wasEverReady = true;
            StartTimeline.reached(Phase.WORKER_READY);
            LOG.info(messages.ready(opened.uptime(), worker));
            waiters.ready(worker);
            settled.tryComplete();
        });
    }

    private void exited(WorkerRun which, WorkerExit exit) {
        lastExit = exit;
        WorkerState before = state;
        if (!(before instanceof Stopped || before instanceof Failed)) {
            // From here on nobody takes this worker for one that may still become ready.
            state = new BackingOff(exit.describe());
        }
        // What a dead worker left behind would hold its port against the next one. A stop deals with that itself.
        Future<Void> cleared = before instanceof Stopped ? Future.succeededFuture() : processes.clear(which.process());
        cleared.onComplete(killed -> afterExit(which, before, exit));
    }

    private void afterExit(WorkerRun which, WorkerState before, WorkerExit exit) {
        if (state instanceof Stopped) {
            // A port that opens during the stop would promise what nobody keeps.
            return;
        }
        if (state instanceof Failed) {
            settled.tryComplete();
        } else if (before instanceof Replacing) {
            backOff = RestartBackOff.NONE;
            launch();
        } else if (exit.code() == EXIT_CONFIGURATION
                && !(before instanceof Ready ready && ready.worker().wasUsed())) {
            // Also if it was ready for a moment: an app that listens although it should export a handler.
            giveUp(messages.exitedEarly(exit.describe()));
        } else if (before instanceof Ready ready) {
            if (ready.worker().isAbsolved()) {
                backOff = RestartBackOff.NONE;
            }
            startAgain("the worker exited with " + exit.summary(), exit.describe());
        } else {
            String verdict = which.verdict();
            String reason = verdict == null ? messages.exitedEarly(exit.describe()) : verdict;
            startFailed(reason);
            startAgain(verdict == null ? messages.exitedEarly(exit.summary()) : LogText.oneLine(verdict), reason);
        }
    }

    /** @param line the reason for the log, which has the worker's standard error already */
    private void startAgain(String line, String reason) {
        backOff = backOff.afterExit(run == null ? Duration.ZERO : run.uptime());
        Duration pause = backOff.pause();
        state = new BackingOff(reason);
        LOG.warnf("%s; restarting in %d ms", line, pause.toMillis());
        if (pause.compareTo(LONGEST_WAIT) > 0) {
            startFailed(reason);
        }
        if (pause.isZero()) {
            launch();
        } else {
            vertx.setTimer(pause.toMillis(), due -> launch());
        }
    }

    private void giveUp(String reason) {
        LOG.error(LastWords.remove(reason));
        state = new Failed(reason);
        waiters.failUntilReady(reason);
        if (run == null || !run.process().isAlive()) {
            settled.tryComplete();
        }
    }

    private void startFailed(String reason) {
        waiters.failUntilReady(reason);
        settled.tryComplete();
    }
}
