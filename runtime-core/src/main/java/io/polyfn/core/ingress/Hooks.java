package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.failure.TimeLimit;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.platform.RequestContext;
import io.polyfn.core.telemetry.Call;
import io.polyfn.core.telemetry.InvocationListener;
import io.polyfn.core.telemetry.Outcome;
import io.polyfn.core.worker.Worker;
import io.polyfn.core.worker.WorkerPool;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Passes the platform's hooks to every worker; the platform gets the first failure.
 *
 * <p>The initializer runs once in each: calls at the same time share one run, a call after a success returns its response, a call after a
 * failure runs it again where it has not succeeded (contract 2.2.1, 2.2.2, 2.2.8). A worker that is started later is initialized before it gets invocations,
 * because the platform does not know of it.
 */
public final class Hooks {
    private static final Logger LOG = Logger.getLogger(Hooks.class);
    private static final HookResponse DONE = new HookResponse(200, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer());

    private final Vertx vertx;
    private final WorkerPool workers;
    private final InvocationListener listener;
    private @Nullable Future<HookResponse> initialization;
    private @Nullable MultiMap initializationHeaders;
    /** No worker is ready to be initialized. */
    private boolean awaitsWorker;
    /** Completed, and followed by another one, when workers that have started have to look again. */
    private Promise<Void> change = Promise.promise();

    private boolean preStopped;

    public Hooks(Vertx vertx, WorkerPool workers, InvocationListener listener) {
        this.vertx = vertx;
        this.workers = workers;
        this.listener = listener;
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
                return left.isEmpty() ? Future.succeededFuture(DONE) : run(Hook.INITIALIZE, left, headers);
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
            initialization = Future.succeededFuture(DONE);
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

    private Future<Void> initialize(Worker worker, MultiMap headers) {
        List<Worker> one = List.of(worker);
        return run(Hook.INITIALIZE, one, headers, call -> inAll(Hook.INITIALIZE, one, headers, call))
                .compose(response -> response.succeeded()
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                "initialize returned status " + response.status() + ": " + response.body()));
    }

    /** In all of them, as one call: the response of the first, or the first failure. */
    private Future<HookResponse> run(Hook hook, List<Worker> all, MultiMap headers) {
        return run(hook, all, headers, call -> inAllOrNext(hook, all, headers, call));
    }

    private Future<HookResponse> run(
            Hook hook, List<Worker> all, MultiMap headers, Function<Call, Future<HookResponse>> runs) {
        String id = headers.get(FcHeaders.REQUEST_ID);
        if (id == null || id.isEmpty()) {
            id = RequestContext.newId();
            headers.set(FcHeaders.REQUEST_ID, id);
        }
        String kind = hook.path().substring(1);
        Call call = new Call(id, kind, hook.label(), hook.path(), headers.get("traceparent"));
        listener.started(call);
        listener.forwarded(call, all.getFirst().link().printsMarkers());
        return limited(runs.apply(call), hook.timeLimit(headers)).onComplete(done -> {
            Outcome outcome = outcome(hook, done);
            listener.ending(call, outcome);
            listener.ended(call, outcome);
        });
    }

    /** Workers that have all exited before they took the hook leave it to the next ones. */
    private Future<HookResponse> inAllOrNext(Hook hook, List<Worker> all, MultiMap headers, Call call) {
        return inAll(hook, all, headers, call)
                .recover(failure -> failure instanceof Exchange.NotDelivered
                        ? inNext(hook, headers, call)
                        : Future.failedFuture(failure));
    }

    private Future<HookResponse> inNext(Hook hook, MultiMap headers, Call call) {
        if (hook == Hook.INITIALIZE) {
            awaitsWorker = true;
            changed();
        }
        return workers.ready().compose(any -> {
            List<Worker> all = due(hook);
            return all.isEmpty() ? Future.succeededFuture(DONE) : inAllOrNext(hook, all, headers, call);
        });
    }

    private Future<HookResponse> inAll(Hook hook, List<Worker> all, MultiMap headers, Call call) {
        List<Future<HookResponse>> runs =
                all.stream().map(worker -> run(hook, worker, headers)).toList();
        return Future.join(runs).transform(over -> {
            Future<HookResponse> first = firstFailure(hook, runs);
            call.handedTo(all.get(runs.indexOf(first)).name());
            return first;
        });
    }

    private Future<HookResponse> run(Hook hook, Worker worker, MultiMap headers) {
        worker.enter();
        return limited(worker.link().call(hook, headers), hook.timeLimit(headers))
                .onComplete(done -> worker.leave())
                .onSuccess(response -> {
                    if (hook == Hook.INITIALIZE && response.succeeded()) {
                        worker.initialized();
                    }
                });
    }

    /** A worker that has exited before it took the hook is none of those that the hook concerns, unless it is the only one. */
    private static Future<HookResponse> firstFailure(Hook hook, List<Future<HookResponse>> runs) {
        List<Future<HookResponse>> taken = runs.stream()
                .filter(run -> !(run.cause() instanceof Exchange.NotDelivered))
                .toList();
        return (taken.isEmpty() ? runs : taken)
                .stream()
                        .filter(run -> run.failed() || !(run.result().succeeded() || isMissing(hook, run.result())))
                        .findFirst()
                        .orElseGet(taken::getFirst);
    }

    private static Outcome outcome(Hook hook, AsyncResult<HookResponse> done) {
        if (done.failed()) {
            return Calls.outcome(InvocationFailure.of(Objects.requireNonNull(done.cause())));
        }
        HookResponse response = done.result();
        if (isMissing(hook, response)) {
            LOG.debugf("the worker has no hook at %s", hook.path());
            return Outcome.SUCCESS;
        }
        return response.succeeded()
                ? Outcome.SUCCESS
                : Outcome.functionError(true, "the hook responded with status " + response.status());
    }

    /** A server's 404 for a path that it does not know, not a hook that failed (contract 2.3.2). An initializer that is missing was wanted. */
    private static boolean isMissing(Hook hook, HookResponse response) {
        return hook != Hook.INITIALIZE
                && response.status() == 404
                && !response.headers().contains(FailureCode.HEADER);
    }

    /** Calls of the initializer share one run: if it never ended, none of them would have a response. */
    private Future<HookResponse> limited(Future<HookResponse> call, Duration time) {
        return TimeLimit.within(vertx, time, call)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new InvocationFailure(
                                        FailureCode.DEADLINE_EXCEEDED,
                                        "the hook did not finish within " + time.toSeconds() + " s")
                                : failure));
    }

    private static boolean succeeded(Future<HookResponse> call) {
        return call.succeeded() && call.result().succeeded();
    }
}
