package io.polyfn.core.worker;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How one worker is followed by the next (decision 0058): another slot is started beside its own, and takes its place when it is ready. Where a
 * second process cannot run, because the port is the worker's own, the first one has to stop before. Confined to the event loop.
 */
final class Succession {
    /** For a worker that can be asked to exit. */
    static final Duration TERMINATION = Duration.ofSeconds(2);

    private final WorkerPool pool;
    /** The next slot for a place, by its number, while it is being started beside the one that has the place. */
    private final Map<Integer, WorkerSlot> next = new HashMap<>();
    /** Slots that have lost their place, and have not stopped yet. */
    private final Set<WorkerSlot> leaving = new HashSet<>();

    Succession(WorkerPool pool) {
        this.pool = pool;
    }

    /** Whether a slot is being started for the place of this one. */
    boolean isUnderWay(WorkerSlot slot) {
        return next.containsKey(slot.number());
    }

    /** The slots that have lost their place, and have not stopped yet. */
    Stream<WorkerSlot> leaving() {
        return leaving.stream();
    }

    /** The slots that have no place, yet or any more. */
    Stream<WorkerSlot> slots() {
        return Stream.of(next.values(), leaving).flatMap(some -> some.stream());
    }

    /**
     * The present worker gets invocations until the next one is ready, and finishes what it has then, within the grace period.
     *
     * @param slot whose worker is ready, and for which no other is being started
     * @return the next worker; fails if it does not start, and then the present one stays
     */
    Future<Worker> replace(WorkerSlot slot) {
        if (isAlone(slot)) {
            return slot.replaceInPlace(TERMINATION);
        }
        WorkerSlot following = pool.another(slot);
        next.put(slot.number(), following);
        return pool.beginLater(following).transform(settled -> {
            boolean hasNoPlace = next.remove(slot.number(), following);
            Future<Worker> ready = following.ready();
            if (hasNoPlace && ready.succeeded()) {
                giveWay(slot, following, TERMINATION);
            } else if (hasNoPlace) {
                leave(following, following.stop(Duration.ZERO));
            } else if (settled.failed()) {
                pool.beginAgain(following);
            }
            return ready;
        });
    }

    /**
     * The next slot takes the place at once, whether its worker is ready or not: the present one is of no use to new invocations. It finishes
     * what it has.
     *
     * @param patience for its exit after that
     */
    void replaceNow(WorkerSlot slot, Duration patience) {
        if (isAlone(slot)) {
            var _ = slot.replaceInPlace(patience);
            return;
        }
        WorkerSlot following = next.remove(slot.number());
        if (following == null) {
            following = pool.another(slot);
            start(following);
        }
        giveWay(slot, following, patience);
    }

    /** Starts a slot that has its place already. */
    void start(WorkerSlot slot) {
        pool.beginLater(slot).onFailure(reason -> pool.beginAgain(slot));
    }

    /** Another slot takes the place of one that could not be started. */
    void startAgain(WorkerSlot failed) {
        WorkerSlot following = pool.another(failed);
        start(following);
        giveWay(failed, following, Duration.ZERO);
    }

    private static boolean isAlone(WorkerSlot slot) {
        Worker worker = slot.readyNow();
        return worker != null && worker.address().isAlone();
    }

    private void giveWay(WorkerSlot slot, WorkerSlot following, Duration patience) {
        pool.place(slot, following);
        leave(slot, slot.retire(following, patience));
    }

    private void leave(WorkerSlot slot, Future<Void> gone) {
        leaving.add(slot);
        gone.onComplete(over -> {
            leaving.remove(slot);
            pool.forget(slot);
        });
    }
}
