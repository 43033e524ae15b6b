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
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Runs a hook in several workers as one call: one pair of log markers, one response, one time limit. Confined to the event loop. */
final class HookRuns {
    private static final Logger LOG = Logger.getLogger(HookRuns.class);
    static final HookResponse DONE = new HookResponse(200, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer());

    private final Vertx vertx;
    private final InvocationListener listener;

    HookRuns(Vertx vertx, InvocationListener listener) {
        this.vertx = vertx;
        this.listener = listener;
    }

    /**
     * Runs a hook.
     *
     * @param all at least one worker
     * @param next the workers that it concerns if none of these has taken it; fails, or is empty, if there are none
     * @return the response of the first, or the first failure
     */
    Future<HookResponse> run(Hook hook, List<Worker> all, MultiMap headers, Supplier<Future<List<Worker>>> next) {
        String id = headers.get(FcHeaders.REQUEST_ID);
        if (id == null || id.isEmpty()) {
            id = RequestContext.newId();
            headers.set(FcHeaders.REQUEST_ID, id);
        }
        String kind = hook.path().substring(1);
        Call call = new Call(id, kind, hook.label(), hook.path(), headers.get("traceparent"));
        listener.started(call);
        listener.forwarded(call, all.getFirst().link().printsMarkers());
        return limited(inAllOrNext(hook, all, headers, next, call), hook.timeLimit(headers))
                .onComplete(done -> {
                    Outcome outcome = outcome(hook, done);
                    listener.ending(call, outcome);
                    listener.ended(call, outcome);
                });
    }

    private Future<HookResponse> inAllOrNext(
            Hook hook, List<Worker> all, MultiMap headers, Supplier<Future<List<Worker>>> next, Call call) {
        return inAll(hook, all, headers, call)
                .recover(failure -> failure instanceof Exchange.NotDelivered
                        ? next.get()
                                .compose(others -> others.isEmpty()
                                        ? Future.succeededFuture(DONE)
                                        : inAllOrNext(hook, others, headers, next, call))
                        : Future.failedFuture(failure));
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
}
