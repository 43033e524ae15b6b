package io.polyfn.core.worker;

import io.polyfn.core.platform.PoolSettings;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Replaces workers that have served long enough, for functions that leak. One at a time: they have the same age, and the others serve
 * meanwhile. Confined to the event loop.
 */
final class WornWorkers {
    private static final Logger LOG = Logger.getLogger(WornWorkers.class);
    private static final long LOOK_EVERY_MILLIS = 1000;
    /** After a replacement that did not start. */
    private static final long PAUSE_MILLIS = 10_000;

    private final Vertx vertx;
    private final PoolSettings limits;
    private final WorkerPool pool;
    /** Workers whose memory has been looked at. */
    private final Set<Worker> known = new HashSet<>();
    /** Those of them to which the limit does not apply. */
    private final Set<Worker> large = new HashSet<>();

    private boolean replacing;

    WornWorkers(Vertx vertx, PoolSettings limits, WorkerPool pool) {
        this.vertx = vertx;
        this.limits = limits;
        this.pool = pool;
    }

    /** A worker is about to get an invocation. */
    void check(Worker worker) {
        if (limits.maxRequests() > 0 && worker.entered() >= limits.maxRequests()) {
            replace(worker, "it has had " + worker.entered() + " invocations");
        }
    }

    /** Begins to look at the memory, if there is a limit. */
    void watch() {
        if (limits.maxMemory() > 0) {
            vertx.setTimer(LOOK_EVERY_MILLIS, due -> look());
        }
    }

    private void look() {
        Map<Worker, WorkerProcess> workers = new HashMap<>();
        pool.slots().forEach(slot -> {
            Worker worker = slot.readyNow();
            WorkerProcess process = slot.process();
            if (worker != null && process != null) {
                workers.put(worker, process);
            }
        });
        vertx.executeBlocking(() -> residentBytes(workers), false)
                .onSuccess(found -> {
                    known.retainAll(workers.keySet());
                    large.retainAll(workers.keySet());
                    found.forEach(this::judge);
                })
                .onComplete(done -> watch());
    }

    private static Map<Worker, Long> residentBytes(Map<Worker, WorkerProcess> workers) {
        Map<Worker, Long> found = new HashMap<>();
        workers.forEach((worker, process) -> found.put(worker, ProcessTree.residentBytes(process.descendants())));
        return found;
    }

    private void judge(Worker worker, long bytes) {
        boolean isNew = known.add(worker);
        if (bytes < limits.maxMemory()) {
            return;
        }
        if (isNew) {
            // It has not leaked that, and the next one would have as much.
            large.add(worker);
            LOG.warnf(
                    "%s has %d MB as soon as it has started, which is more than POLYFN_WORKER_MAX_MEMORY: it is not replaced for that",
                    Objects.requireNonNullElse(worker.name(), "the worker"), megabytes(bytes));
        }
        if (!large.contains(worker)) {
            replace(worker, "it has %d MB of memory".formatted(megabytes(bytes)));
        }
    }

    private static long megabytes(long bytes) {
        return bytes >> 20;
    }

    private void replace(Worker worker, String why) {
        if (replacing) {
            return;
        }
        replacing = true;
        pool.replaceWorn(worker.link(), why).onComplete(done -> {
            if (done.succeeded()) {
                replacing = false;
            } else {
                vertx.setTimer(PAUSE_MILLIS, due -> replacing = false);
            }
        });
    }
}
