package io.polyfn.core.ingress;

import io.polyfn.core.link.HookResponse;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.telemetry.InvocationListener;
import io.polyfn.core.worker.Worker;
import io.polyfn.core.worker.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes the platform's hooks to every worker; the platform gets the first failure. {@link HookRuns} runs them.
 *
 * <p>The initializer runs once in each: calls at the same time share one run, a call after a success returns its response, a call after a
 * failure runs it again where it has not succeeded (contract 2.2.1, 2.2.2, 2.2.8). A worker that is started later is initialized before it
 * gets invocations, because the platform does not know of it.
 */
public final class Hooks {
    private final WorkerPool workers;
    private final HookRuns runs;
    private @Nullable Future<HookResponse> initialization;
    private @Nullable MultiMap initializationHeaders;
    /** No worker is ready to be initialized. */
    private boolean awaitsWorker;
    /** Completed, and followed by another one, when workers that have started have to look again. */
    private Promise<Void> change = Promise.promise();

    private boolean preStopped;

    public Hooks(Vertx vertx, WorkerPool workers, InvocationListener listener) {
        this.workers = workers;
        this.runs = new HookRuns(vertx, listener);
    }

    /**
     * A hook that the platform calls.
     *
     * @param headers that the worker gets
     * @return fails if there was no whole response
     */
    Future<HookResponse> call(Hook hook, MultiMap headers) {
        if (hook == Hook.INITIALIZE) {
            return initialize(headers);
        }
        if (hook == Hook.PRE_STOP) {
            preStopped = true;
        }
        return workers.ready().compose(any -> run(hook, workers.allReady(), headers));
    }

    private Future<HookResponse> initialize(MultiMap headers) {
        if (initialization == null || (initialization.isComplete() && !succeeded(initialization))) {
            initializationHeaders = headers;
            awaitsWorker = true;
            initialization = workers.ready().compose(any -> {
                List<Worker> left = due(Hook.INITIALIZE);
                return left.isEmpty() ? Future.succeededFuture(HookRuns.DONE) : run(Hook.INITIALIZE, left, headers);
            });
            initialization.onComplete(done -> changed());
        }
        return initialization;
    }

    private void changed() {
        Promise<Void> before = change;
        change = Promise.promise();
        before.complete();
    }

    /** The workers that are to get a hook now. */
    private List<Worker> due(Hook hook) {
        if (hook != Hook.INITIALIZE) {
            return workers.allReady();
        }
        awaitsWorker = false;
        return workers.allReady().stream()
                .filter(worker -> !worker.isInitialized())
                .toList();
    }

    /** A worker that came first has been initialized before the core could know. */
    void initialized(MultiMap headers) {
        if (initialization == null) {
            initializationHeaders = headers;
            workers.allReady().forEach(Worker::initialized);
            initialization = Future.succeededFuture(HookRuns.DONE);
        }
    }

    /** The pre-stop hook of a stop that the platform did not announce; does nothing if it did. */
    public Future<Void> preStopOnce() {
        List<Worker> all = workers.allReady();
        if (preStopped || all.isEmpty()) {
            return Future.succeededFuture();
        }
        preStopped = true;
        return run(Hook.PRE_STOP, all, MultiMap.caseInsensitiveMultiMap()).mapEmpty();
    }

    /** Initializes a worker that has started when others are initialized, or are being so. */
    public Future<Void> initializeLater(Worker started) {
        Future<HookResponse> others = initialization;
        MultiMap headers = initializationHeaders;
        if (others == null || headers == null || awaitsWorker) {
            return Future.succeededFuture();
        }
        if (!others.isComplete()) {
            return change.future().compose(now -> initializeLater(started));
        }
        return succeeded(others) ? initialize(started, headers) : Future.succeededFuture();
    }

    /** If it exits before, nobody else is concerned. */
    private Future<Void> initialize(Worker worker, MultiMap headers) {
        return runs.run(Hook.INITIALIZE, List.of(worker), headers, () -> Future.failedFuture("it has exited"))
                .compose(response -> response.succeeded()
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                "initialize returned status " + response.status() + ": " + response.body()));
    }

    private Future<HookResponse> run(Hook hook, List<Worker> all, MultiMap headers) {
        return runs.run(hook, all, headers, () -> next(hook));
    }

    /** Workers that have all exited before they took a hook leave it to the next ones. */
    private Future<List<Worker>> next(Hook hook) {
        if (hook == Hook.INITIALIZE) {
            awaitsWorker = true;
            changed();
        }
        return workers.ready().map(any -> due(hook));
    }

    private static boolean succeeded(Future<HookResponse> call) {
        return call.succeeded() && call.result().succeeded();
    }
}
