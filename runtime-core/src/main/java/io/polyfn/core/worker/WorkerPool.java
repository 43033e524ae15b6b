package io.polyfn.core.worker;

import io.polyfn.core.failure.LastWords;
import io.polyfn.core.link.Link;
import io.polyfn.core.platform.WorkerSettings;
import io.polyfn.core.telemetry.InvocationMetrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * All workers of the function, each in a {@link WorkerSlot}: which one gets the next invocation, and which ones are replaced, for which there
 * is {@link Succession}. Confined to the event loop.
 */
public final class WorkerPool {
    private static final Logger LOG = Logger.getLogger(WorkerPool.class);
    /** A connection of a worker that has exited may still hold its last words. */
    private static final long LINKS_CLOSE_AFTER_MILLIS = 1000;
    /** What a worker needs may be short for a moment, such as descriptors. */
    private static final long OPEN_AGAIN_AFTER_MILLIS = 1000;

    /** The best one stands for all. */
    private static final List<Class<? extends WorkerState>> STATES = List.of(
            WorkerState.Ready.class,
            WorkerState.Replacing.class,
            WorkerState.Starting.class,
            WorkerState.BackingOff.class,
            WorkerState.Failed.class,
            WorkerState.Stopped.class);

    private final Vertx vertx;
    private final Context loop;
    private final WorkerSettings settings;
    private final WorkerLauncher launcher;
    private final InvocationMetrics metrics;
    private final LeastInFlight choice = new LeastInFlight();
    private final Map<WorkerSlot, WorkerLinks> links = new HashMap<>();
    private final Succession succession = new Succession(this);
    private final WornWorkers worn;

    private int corePort;
    private Function<WorkerSlot, WorkerLinks> makeLinks = slot -> {
        throw new IllegalStateException("BUG: not started");
    };
    private Function<Worker, Future<Void>> readyGate = ready -> Future.succeededFuture();
    private volatile List<WorkerSlot> slots;
    private boolean grows;
    private boolean stopped;

    public WorkerPool(Vertx vertx, WorkerSettings settings, WorkerLauncher launcher, InvocationMetrics metrics) {
        this.vertx = vertx;
        this.loop = vertx.getOrCreateContext();
        this.settings = settings;
        this.launcher = launcher;
        this.metrics = metrics;
        this.worn = new WornWorkers(vertx, settings.pool(), this);
        this.slots = List.of(slot(1, launcher.runtimeApi(), new WorkerHistory()));
    }

    /**
     * Starts the first worker.
     *
     * @param publicPort the core's own port, which a worker must not take
     * @param linksOf makes the links of a slot
     * @param gate a step between an open link and readiness, such as initializing a replacement; if it fails, that worker is killed
     * @return completed when a worker is ready or the first start has failed: from then on every invocation gets a response. Fails if what
     *     workers need cannot be opened
     */
    public Future<Void> start(
            int publicPort, Function<WorkerSlot, WorkerLinks> linksOf, Function<Worker, Future<Void>> gate) {
        corePort = publicPort;
        makeLinks = linksOf;
        readyGate = gate;
        return begin(slots.getFirst());
    }

    /** Starts the other workers, when the first one is ready: until then they would only compete with it. */
    public void grow() {
        grows = true;
        worn.watch();
        growIfReady();
    }

    private void growIfReady() {
        int count = size();
        if (!grows || stopped || slots.size() == count || allReady().isEmpty()) {
            return;
        }
        List<WorkerSlot> all = new ArrayList<>(slots);
        while (all.size() < count) {
            all.add(slot(all.size() + 1, new RuntimeApiPort(), new WorkerHistory()));
        }
        List<WorkerSlot> others = all.subList(slots.size(), count);
        slots = List.copyOf(all);
        others.forEach(succession::start);
    }

    private WorkerSlot slot(int number, RuntimeApiPort api, WorkerHistory history) {
        return new WorkerSlot(number, vertx, loop, settings, launcher, metrics, api, history);
    }

    private Future<Void> begin(WorkerSlot slot) {
        WorkerLinks made = makeLinks.apply(slot);
        links.put(slot, made);
        Future<Void> settled = slot.start(corePort, made, this::gate);
        return made.open().compose(open -> settled);
    }

    /** Without what the first worker needs there is no core, without that of a later one there is no such worker. */
    Future<Void> beginLater(WorkerSlot slot) {
        return begin(slot).onFailure(slot::cannotStart);
    }

    /** What the worker of a slot needs could not be had: another slot for the same place, after a pause. */
    void beginAgain(WorkerSlot failed) {
        vertx.setTimer(OPEN_AGAIN_AFTER_MILLIS, due -> {
            if (!stopped && slots.contains(failed)) {
                succession.startAgain(failed);
            }
        });
    }

    private Future<Void> gate(Worker worker) {
        return readyGate.apply(worker).onSuccess(ready -> loop.runOnContext(later -> growIfReady()));
    }

    /** The state of the worker that is best off. May be read on any thread. */
    public WorkerState state() {
        WorkerState best = slots.getFirst().state();
        for (WorkerSlot slot : slots) {
            WorkerState state = slot.state();
            if (STATES.indexOf(state.getClass()) < STATES.indexOf(best.getClass())) {
                best = state;
            }
        }
        return best;
    }

    /**
     * The worker to send an invocation to. Waits for one that is being started, unless the last start of each failed: then it fails at once
     * with the reason.
     */
    public Future<Worker> ready() {
        Worker chosen = choice.choose(slots);
        if (chosen != null) {
            worn.check(chosen);
            return Future.succeededFuture(chosen);
        }
        if (slots.size() == 1) {
            return slots.getFirst().ready();
        }
        List<Future<Worker>> all = slots.stream().map(WorkerSlot::ready).toList();
        return Future.any(all)
                .transform(any ->
                        all.stream().filter(Future::succeeded).findFirst().orElseGet(all::getFirst));
    }

    boolean isReady(Worker worker) {
        for (WorkerSlot slot : slots) {
            if (worker.equals(slot.readyNow())) {
                return true;
            }
        }
        return false;
    }

    /** Every worker that is ready. */
    public List<Worker> allReady() {
        return slots.stream().map(WorkerSlot::readyNow).filter(Objects::nonNull).toList();
    }

    /** The worker that has this link, ready or being replaced; null if it has exited. */
    public @Nullable Worker having(Link link) {
        WorkerSlot slot = slotHaving(link);
        return slot == null ? null : slot.having(link);
    }

    private @Nullable WorkerSlot slotHaving(Link link) {
        return everySlot().filter(slot -> slot.having(link) != null).findFirst().orElse(null);
    }

    private Stream<WorkerSlot> everySlot() {
        return Stream.concat(slots.stream(), succession.slots());
    }

    /** Kills a worker that is of no more use, so that another one is started at once. */
    public void kill(Link useless, String reason) {
        WorkerSlot slot = slotHaving(useless);
        if (slot != null) {
            slot.kill(reason);
        }
    }

    /** Replaces a worker that makes no progress. What it has may succeed all the same, so that is waited for, within the grace period. */
    public void stuck(Link silent, String reason) {
        WorkerSlot slot = slotHaving(silent);
        Worker worker = slot == null ? null : slot.having(silent);
        if (slot == null || worker == null) {
            return;
        }
        if (worker.inFlight() == 0) {
            slot.kill(reason);
        } else {
            replaceNow(slot, Duration.ZERO, reason);
        }
    }

    /** Replaces a worker that takes nothing more, once it is done with what it has. */
    void replaceDeaf(Link deaf, String reason) {
        WorkerSlot slot = slotHaving(deaf);
        if (slot != null) {
            replaceNow(slot, Succession.TERMINATION, reason);
        }
    }

    private void replaceNow(WorkerSlot slot, Duration patience, String reason) {
        if (!stopped && slot.readyNow() != null && slots.contains(slot)) {
            LOG.warnf("replacing %s: %s", slot.name(), reason);
            succession.replaceNow(slot, patience);
        }
    }

    /**
     * Replaces a worker that serves, but not for long or not as well as a new one.
     *
     * @return the next worker; fails as {@link #replace} does
     */
    public Future<Worker> replaceWorn(Link worn, String reason) {
        WorkerSlot slot = slotHaving(worn);
        Future<Worker> refused = slot == null ? Future.failedFuture("it has exited") : refusal(slot);
        if (slot == null || refused != null) {
            return Objects.requireNonNull(refused);
        }
        LOG.warnf("replacing %s: %s", slot.name(), reason);
        return succession
                .replace(slot)
                .onFailure(failure -> LOG.warnf(
                        "%s was not replaced: %s",
                        slot.name(), LastWords.remove(String.valueOf(failure.getMessage()))));
    }

    /**
     * Replaces a worker. It gets invocations until the next one is ready, and finishes what it has then, within the grace period.
     *
     * @param number of the worker
     * @return the next worker; fails if this one is not ready, or being replaced already, or if the next one does not start
     */
    public Future<Worker> replace(int number) {
        WorkerSlot slot = slots.get(number - 1);
        Future<Worker> refused = refusal(slot);
        if (refused != null) {
            return refused;
        }
        LOG.infof("replacing %s", slot.name());
        return succession.replace(slot);
    }

    /** Null if the slot's worker can be replaced now. */
    private @Nullable Future<Worker> refusal(WorkerSlot slot) {
        if (stopped) {
            return Future.failedFuture(new IllegalStateException("the core is shutting down"));
        }
        if (slot.readyNow() == null) {
            return Future.failedFuture(new IllegalStateException(
                    slot.name() + " is " + slot.state().describe()));
        }
        return succession.isUnderWay(slot)
                ? Future.failedFuture(new IllegalStateException(slot.name() + " is being replaced"))
                : null;
    }

    /** A slot for the same place. */
    WorkerSlot another(WorkerSlot slot) {
        return slot(slot.number(), new RuntimeApiPort(), slot.history());
    }

    /** Gives a slot's place to another one. */
    void place(WorkerSlot slot, WorkerSlot following) {
        slots = slots.stream().map(each -> each.equals(slot) ? following : each).toList();
    }

    /** A slot has stopped, and has no place any more. */
    void forget(WorkerSlot slot) {
        WorkerLinks unused = links.remove(slot);
        if (unused != null) {
            vertx.setTimer(LINKS_CLOSE_AFTER_MILLIS, due -> unused.close());
        }
    }

    /** How many workers there are to be. */
    public int size() {
        return settings.pool().workers();
    }

    /** Whether there is a worker with this number, from 1. */
    public boolean has(int number) {
        return number >= 1 && number <= slots.size();
    }

    /** By number, and then those that finish what they have. For the control plane; to be called on the event loop. */
    public List<WorkerStatus> statuses() {
        return Stream.concat(
                        slots.stream().map(slot -> slot.status(succession.isUnderWay(slot), false)),
                        succession
                                .leaving()
                                .map(slot -> slot.status(false, true))
                                .filter(status -> status.pid() != null))
                .toList();
    }

    /** The slots, by number. */
    List<WorkerSlot> slots() {
        return slots;
    }

    /** Stops all workers for good: SIGTERM to their process trees, SIGKILL to what is left of them after the given time. */
    public Future<Void> stop(Duration patience) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(go -> {
            stopped = true;
            Future.join(everySlot().map(slot -> slot.stop(patience)).toList())
                    .<Void>mapEmpty()
                    .onComplete(done);
        });
        return done.future();
    }
}
