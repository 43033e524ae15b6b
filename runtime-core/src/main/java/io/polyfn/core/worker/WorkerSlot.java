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
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a worker's process: it is started, its link opens, it is ready, it exits, and after a back-off it is started again.
 *
 * <p>All state is confined to the event loop; {@link WorkerRun} has the state of one process, {@link WorkerWaiters} the callers that wait.
 * A {@link WorkerPool} has several of them.
 */
public final class WorkerSlot implements LeastInFlight.Place {
    private static final Logger LOG = Logger.getLogger(WorkerSlot.class);
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
    private final int number;
    private final RuntimeApiPort runtimeApi;
    private final WorkerHistory history;

    private int corePort;
    private @Nullable WorkerLinks links;
    private Function<Worker, Future<Void>> readyGate = ready -> Future.succeededFuture();

    private volatile WorkerState state = new Starting();
    private RestartBackOff backOff = RestartBackOff.NONE;
    private @Nullable WorkerRun run;
    private Future<Void> launching = Future.succeededFuture();
    private boolean retired;
    private boolean warnedOfPoll;

    /** @param number of the worker, from 1 */
    WorkerSlot(
            int number,
            Vertx vertx,
            Context loop,
            WorkerSettings settings,
            WorkerLauncher launcher,
            InvocationMetrics metrics,
            RuntimeApiPort runtimeApi,
            WorkerHistory history) {
        this.number = number;
        this.vertx = vertx;
        this.loop = loop;
        this.settings = settings;
        this.launcher = launcher;
        this.metrics = metrics;
        this.runtimeApi = runtimeApi;
        this.history = history;
        this.processes = new WorkerStop(vertx, launcher);
        this.messages =
                StartMessages.of(launcher.command(), number, settings.pool().workers());
    }

    /**
     * Starts the first worker.
     *
     * @param publicPort the core's own port, which a worker must not take
     * @param gate a step between an open link and readiness, such as initializing a replacement; if it fails, that worker is killed
     * @return completed when a worker is ready or the first start has failed: from then on every invocation gets a response
     */
    Future<Void> start(int publicPort, WorkerLinks madeLinks, Function<Worker, Future<Void>> gate) {
        corePort = publicPort;
        links = madeLinks;
        readyGate = gate;
        loop.runOnContext(go -> launch());
        return settled.future();
    }

    /** Of the worker, from 1. Slots that follow one another have the same one. */
    public int number() {
        return number;
    }

    /** {@code the worker}, or {@code worker 2} where there are several. */
    String name() {
        return messages.the();
    }

    /** The process of the worker; null before the first one. */
    @Nullable
    WorkerProcess process() {
        return run == null ? null : run.process();
    }

    /** What its workers need cannot be had. */
    void cannotStart(Throwable reason) {
        giveUp(String.valueOf(reason.getMessage()));
        launching.onComplete(over -> processes.kill(process()));
    }

    /** The port of the Runtime API that its workers are told. */
    public RuntimeApiPort runtimeApi() {
        return runtimeApi;
    }

    WorkerHistory history() {
        return history;
    }

    /** May be read on any thread. */
    public WorkerState state() {
        return state;
    }

    @Override
    public @Nullable Worker readyNow() {
        return state instanceof Ready ready ? ready.worker() : null;
    }

    /**
     * The worker to send an invocation to. Waits for one that is being started, unless the last start failed: then it fails at once with
     * the reason and {@link FailureCode#WORKER_START_FAILED}.
     */
    Future<Worker> ready() {
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
            LOG.warn(messages.pollsToo());
        }
    }

    /** The worker reports that its function cannot start; it is expected to exit next. */
    public void initFailed(String reason) {
        String text = messages.functionCouldNotStart(reason);
        LOG.error(LogText.oneLine(text));
        if (state instanceof Starting && run != null) {
            run.condemn(text);
        }
    }

    /** Kills the worker, which is of no more use, so that another one is started at once. */
    void kill(String reason) {
        if (run != null) {
            LOG.warnf("killing %s: %s", messages.the(), reason);
            backOff = RestartBackOff.NONE;
            var _ = processes.kill(run.process());
        }
    }

    /** The worker that has this link, ready or being replaced; null if it has exited. */
    @Nullable
    Worker having(Link link) {
        Worker worker = current();
        return worker != null && worker.link().equals(link) ? worker : null;
    }

    private @Nullable Worker current() {
        return state instanceof Replacing replacing ? replacing.worker() : readyNow();
    }

    /**
     * Replaces the worker where no other process can run beside it. Its invocations finish first, within the grace period; new ones wait for
     * the next worker.
     *
     * @param patience for its exit after that
     * @return the next worker; fails if the next one does not start
     */
    Future<Worker> replaceInPlace(Duration patience) {
        WorkerRun last = run;
        Worker worker = readyNow();
        if (worker == null || last == null) {
            return Future.failedFuture(new IllegalStateException(name() + " is " + state.describe()));
        }
        Future<Worker> next = waiters.next();
        var _ = emptied(worker).transform(idle -> processes.terminate(last.process(), patience));
        return next;
    }

    /**
     * Stops the worker for good, because the next slot has taken its place. Its invocations finish first, within the grace period.
     *
     * @param next whose worker those get who wait for one of this slot
     * @param patience for its exit after that
     */
    Future<Void> retire(WorkerSlot next, Duration patience) {
        retired = true;
        waiters.refer(next.ready());
        Worker worker = readyNow();
        return (worker == null ? Future.<Void>succeededFuture() : emptied(worker)).transform(idle -> stop(patience));
    }

    /** It gets nothing more. Completed when it has nothing left; fails when the grace period is over. */
    private Future<Void> emptied(Worker worker) {
        state = new Replacing(worker);
        worker.link().retire();
        return TimeLimit.within(vertx, settings.grace(), worker.idle())
                .onFailure(late -> worker.link().goAway());
    }

    /** Stops the worker for good: SIGTERM to its process tree, SIGKILL to what is left of it after the given time. */
    Future<Void> stop(Duration patience) {
        Promise<Void> stopped = Promise.promise();
        loop.runOnContext(go -> {
            state = new Stopped();
            waiters.stopping();
            launching.compose(over -> processes.stop(run, patience)).onComplete(stopped);
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

    /**
     * For the control plane; to be called on the event loop.
     *
     * @param replacing whether the next worker is being started
     * @param draining whether the next worker has taken its place
     */
    WorkerStatus status(boolean replacing, boolean draining) {
        return WorkerStatus.of(number, replacing, draining, state, run, current(), history);
    }

    private void launch() {
        if (state instanceof Stopped || state instanceof Failed) {
            return;
        }
        state = new Starting();
        launching = newProcess().<Void>transform(process -> {
            if (process.succeeded()) {
                launched(new WorkerRun(process.result(), launcher.outOfMemory()));
            } else {
                launchFailed(process.cause());
            }
            return Future.succeededFuture();
        });
    }

    /** To start a process takes a while, so the event loop does not do it; the first one has been started by now. */
    private Future<WorkerProcess> newProcess() {
        try {
            WorkerProcess early = launcher.early();
            return early == null
                    ? vertx.executeBlocking(() -> launcher.launch(runtimeApi), false)
                    : Future.succeededFuture(early);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private void launched(WorkerRun started) {
        run = started;
        started.onExit(loop, exit -> exited(started, exit));
        if (state instanceof Stopped) {
            // The stop has waited for it.
            return;
        }
        if (backOff.failures() > 0) {
            history.restarts++;
        }
        metrics.workerStarted(number, backOff.failures() > 0);
        waitForLink(started);
    }

    private void launchFailed(Throwable cause) {
        if (state instanceof Stopped) {
            return;
        }
        String reason = messages.the() + " cannot be started: " + cause.getMessage();
        if (history.wasEverReady) {
            // It worked before, so it is likely to work again: memory was short, or the file was being written.
            startFailed(reason);
            startAgain(reason, reason);
        } else {
            giveUp(reason);
        }
    }

    private void waitForLink(WorkerRun started) {
        LinkSearch search = new LinkSearch(started.process(), settings.port() == null, corePort);
        Consumer<WorkerAddress> opened = address -> {
            if (started.takeLinkWait()) {
                linkOpen(started, address);
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
        if (settings.pool().workers() > 1 && address.isAlone()) {
            giveUp(messages.onlyOne(settings.pool().workers(), address));
            var _ = processes.kill(opened.process());
            return;
        }
        Link link = Objects.requireNonNull(links).to(address, opened.exited());
        Worker worker = new Worker(messages.nameAmongOthers(), opened.process().pid(), address, link, opened.exited());
        readyGate.apply(worker).onComplete(gate -> {
            if (opened != run || !(state instanceof Starting)) {
                return;
            }
            if (gate.failed()) {
                opened.condemn(messages.the() + " was restarted and could not be initialized: "
                        + gate.cause().getMessage());
                var _ = processes.kill(opened.process());
                return;
            }
            state = new Ready(worker);
            history.wasEverReady = true;
            StartTimeline.reached(Phase.WORKER_READY);
            LOG.info(messages.ready(opened.uptime(), worker));
            worker.link().ready();
            waiters.ready(worker);
            settled.tryComplete();
        });
    }

    private void exited(WorkerRun which, WorkerExit exit) {
        history.lastExit = exit;
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
        if (state instanceof Stopped || retired) {
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
            startAgain(messages.the() + " exited with " + exit.summary(), exit.describe());
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
