package io.polyfn.core.lifecycle;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.Hook;
import io.polyfn.core.link.HookAnswer;
import io.polyfn.core.link.WorkerLink;
import io.polyfn.core.telemetry.LogMarkers;
import io.polyfn.core.telemetry.LogMarkers.Subject;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerSupervisor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Passes the platform's hooks to the worker, with their log markers.
 *
 * <p>The initializer runs once: calls at the same time share one run, a call after a success answers at once, a call after a failure runs
 * it again (contract 2.2). A worker that replaces an initialised one is initialised before it takes invocations, because the platform
 * does not know that it is a new one.
 */
final class Hooks {
    private static final String REQUEST_ID = "x-fc-request-id";

    private final WorkerSupervisor worker;
    private final WorkerLink link;
    private final LogMarkers markers;
    private @Nullable Future<HookAnswer> initialization;
    private @Nullable MultiMap initializationHeaders;
    private boolean preStopped;
    private int inFlight;
    private @Nullable Promise<Void> finished;

    Hooks(WorkerSupervisor worker, WorkerLink link, LogMarkers markers) {
        this.worker = worker;
        this.link = link;
        this.markers = markers;
    }

    /** A hook was called; it is in flight until its answer has been written or nobody waits for it any more. */
    void began(Future<Void> over) {
        inFlight++;
        over.onComplete(done -> {
            inFlight--;
            if (inFlight == 0 && finished != null) {
                finished.tryComplete();
            }
        });
    }

    /** Completed when no hook is in flight. */
    Future<Void> finished() {
        if (inFlight == 0) {
            return Future.succeededFuture();
        }
        finished = Promise.promise();
        return finished.future();
    }

    /**
     * A hook that the platform calls.
     *
     * @param headers that the worker gets
     * @return fails where the worker gave no whole answer
     */
    Future<HookAnswer> call(Hook hook, MultiMap headers) {
        if (hook == Hook.INITIALIZE) {
            return initialize(headers);
        }
        if (hook == Hook.PRE_STOP) {
            preStopped = true;
        }
        return worker.ready().compose(ready -> run(hook, ready, headers));
    }

    private Future<HookAnswer> initialize(MultiMap headers) {
        if (initialization == null || (initialization.isComplete() && !succeeded(initialization))) {
            initializationHeaders = headers;
            initialization = worker.ready().compose(ready -> run(Hook.INITIALIZE, ready, headers));
        }
        return initialization;
    }

    /** The pre-stop hook of a stop that the platform did not announce; does nothing if it did. */
    Future<Void> preStopOnce() {
        if (preStopped || !(worker.state() instanceof Ready ready)) {
            return Future.succeededFuture();
        }
        preStopped = true;
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        return run(Hook.PRE_STOP, ready, headers).mapEmpty();
    }

    /** Initialises a worker that replaces one that was initialised. */
    Future<Void> initializeReplacement(Ready replacement) {
        if (initialization == null || initializationHeaders == null || !succeeded(initialization)) {
            return Future.succeededFuture();
        }
        return run(Hook.INITIALIZE, replacement, initializationHeaders)
                .compose(answer -> answer.succeeded()
                        ? Future.succeededFuture()
                        : Future.failedFuture("initialize answered " + answer.status() + ": " + answer.body()));
    }

    private Future<HookAnswer> run(Hook hook, Ready ready, MultiMap headers) {
        String requestId = requestId(headers);
        Subject subject = subject(hook);
        boolean unmarked = !ready.address().printsMarkers();
        if (unmarked) {
            markers.start(subject, requestId);
        }
        return limited(link.call(ready, hook, headers), headers).onComplete(done -> {
            if (unmarked || done.failed()) {
                markers.end(subject, requestId, done.failed() || !done.result().succeeded());
            }
        });
    }

    /** The platform gives an initializer its own time (contract 3). */
    private Future<HookAnswer> limited(Future<HookAnswer> call, MultiMap headers) {
        OptionalLong seconds = Hook.seconds(headers);
        if (seconds.isEmpty()) {
            return call;
        }
        return call.timeout(seconds.getAsLong(), TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof java.util.concurrent.TimeoutException
                                ? new InvocationFailure(
                                        FailureCode.DEADLINE_EXCEEDED,
                                        "the hook did not finish within " + seconds.getAsLong() + " s")
                                : failure));
    }

    private static boolean succeeded(Future<HookAnswer> call) {
        return call.succeeded() && call.result().succeeded();
    }

    private String requestId(MultiMap headers) {
        String id = headers.get(REQUEST_ID);
        if (id == null || id.isEmpty()) {
            id = "local-" + Long.toHexString(System.currentTimeMillis());
            headers.set(REQUEST_ID, id);
        }
        return id;
    }

    private static Subject subject(Hook hook) {
        return switch (hook) {
            case INITIALIZE -> Subject.INITIALIZE;
            case PRE_FREEZE -> Subject.PRE_FREEZE;
            case PRE_STOP -> Subject.PRE_STOP;
        };
    }
}
