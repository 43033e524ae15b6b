package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.ingress.Admission.Permit;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.telemetry.Call;
import io.polyfn.core.telemetry.Outcome;
import io.polyfn.core.worker.InvocationLog;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a request: one invocation, from its request to the end of its response. {@link #run} is the whole chain.
 *
 * <p>Whatever comes first (the response, a failure, the deadline, the caller's disconnect, a stop) ends it, once. Confined to the event
 * loop.
 */
final class Invocation implements ResponseObserver, InFlight.Abortable {
    private final Ingress ingress;
    private final InvocationRequest request;
    private final Caller caller;
    private final Call call;
    private final Delivery delivery;
    private final Promise<Void> outcome = Promise.promise();
    private @Nullable Permit permit;
    private Outcome functionOutcome = Outcome.SUCCESS;
    private int held;
    private long deadlineTimer = -1;

    Invocation(Ingress ingress, InvocationRequest request, Caller caller) {
        this.ingress = ingress;
        this.request = request;
        this.caller = caller;
        this.call = request.call();
        this.delivery = new Delivery(ingress, request, caller, this);
    }

    /** @param received the request to forward: the caller's, or the event that a CloudEvent is converted to */
    void run(Supplier<Future<Inbound>> received) {
        ingress.inFlight().began(this);
        ingress.slowCallers().watch();
        ingress.listener().started(call);
        caller.requestId(request.id());
        InvocationLog log = ingress.log();
        if (log != null && request.wantsLog()) {
            caller.logTail(() -> log.tailOf(call));
        }
        caller.onBreak(cause -> abort(Calls.broken(cause, "the caller disconnected before the response was complete")));
        outcome.future().onComplete(this::finish);
        InvocationFailure refusal = request.refusal();
        if (refusal == null && !hold(Holding.of(request.inbound()))) {
            refusal = Holding.exhausted();
        }
        if (refusal != null) {
            abort(refusal);
            return;
        }
        startClock();
        received.get().compose(this::admit).onSuccess(outcome::tryComplete).onFailure(outcome::tryFail);
    }

    private boolean hold(int bytes) {
        boolean room = ingress.memory().tryTake(bytes);
        held = room ? bytes : 0;
        return room;
    }

    private Future<Void> admit(Inbound received) {
        Permit mine = ingress.admission().request();
        permit = mine;
        return mine.granted()
                .compose(granted -> ingress.workers().ready())
                .compose(worker -> delivery.to(worker, received));
    }

    @Override
    public void abort(InvocationFailure failure) {
        if (outcome.tryFail(failure)) {
            delivery.abort(failure);
        }
    }

    @Override
    public boolean keepsOthersWaiting() {
        return delivery.keepsOthersWaiting(
                ingress.admission().isContended() || ingress.memory().isContended());
    }

    @Override
    public long bytesMoved() {
        return request.inbound().bytesRead() + caller.bytesWritten();
    }

    @Override
    public void head(int status, @Nullable String fcStatus) {
        boolean failed;
        boolean event = request.isEvent();
        if (event) {
            failed = fcStatus == null ? status >= 400 : !fcStatus.equals("200");
            caller.status(failed ? 404 : 200);
            caller.headers().set(FcHeaders.STATUS, failed ? "404" : "200");
        } else {
            failed = status >= 500;
        }
        if (failed) {
            // An HTTP function may respond with a 5xx on purpose; only one that the worker marks is an unhandled error.
            functionOutcome = Outcome.functionError(
                    event || caller.headers().contains(FailureCode.HEADER),
                    event ? "the function returned an error" : "the function responded with status " + status);
        }
        caller.completeHead();
    }

    @Override
    public void movedTo(@Nullable Link next) {
        delivery.movedTo(next);
    }

    @Override
    public void beforeEnd() {
        ingress.listener().ending(call, functionOutcome);
    }

    private void finish(AsyncResult<Void> result) {
        ingress.vertx().cancelTimer(deadlineTimer);
        delivery.end();
        if (permit != null) {
            permit.giveBack();
        }
        Outcome ended = functionOutcome;
        if (result.succeeded()) {
            ingress.memory().give(held);
        } else {
            InvocationFailure failure = InvocationFailure.of(result.cause());
            ended = Calls.outcome(failure);
            ingress.listener().ending(call, ended);
            caller.fail(
                    ingress.platform().showsStderr(request.isPlatformsEvent()) ? failure : failure.withoutLastWords(),
                    request.isEvent());
            Unread.watch(ingress, caller, held);
        }
        call.transferred(request.inbound().bytesRead(), caller.bytesWritten());
        ingress.listener().ended(call, ended);
        ingress.inFlight().ended(this);
    }

    private void startClock() {
        Duration timeout = request.timeout();
        if (timeout != null) {
            deadlineTimer = ingress.vertx()
                    .setTimer(
                            Math.max(1, timeout.toMillis()),
                            due -> abort(new InvocationFailure(
                                    FailureCode.DEADLINE_EXCEEDED,
                                    "the invocation did not finish within " + timeout.toMillis() + " ms")));
        }
    }
}
