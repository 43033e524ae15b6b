package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.ingress.Admission.Permit;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.RequestContext;
import io.polyfn.core.platform.RequestKind;
import io.polyfn.core.telemetry.Call;
import io.polyfn.core.telemetry.Outcome;
import io.polyfn.core.worker.Refusals;
import io.polyfn.core.worker.Worker;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
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
    private static final MultiMap NONE = HttpHeaders.headers();

    private final Ingress ingress;
    private final Inbound inbound;
    private final Caller caller;
    private final RequestKind kind;
    private final RequestContext context;
    private final Call call;
    private final Promise<Void> outcome = Promise.promise();
    private @Nullable Permit permit;
    private @Nullable Worker inWorker;
    private @Nullable Exchange exchange;
    private @Nullable Refusals refusals;
    private Outcome functionOutcome = Outcome.SUCCESS;
    private int held;
    private long deadlineTimer = -1;

    Invocation(Ingress ingress, Inbound inbound, Caller caller, RequestKind kind) {
        this.ingress = ingress;
        this.inbound = inbound;
        this.caller = caller;
        this.kind = kind;
        this.context = RequestContext.of(inbound.headers(), ingress.settings().timeout());
        this.call = Calls.of(inbound, context, kind.label(), "Invoke");
    }

    /** @param received the request to forward: the caller's, or the event that a CloudEvent is converted to */
    void run(Supplier<Future<Inbound>> received) {
        ingress.inFlight().began(this);
        ingress.slowCallers().watch();
        ingress.listener().started(call);
        caller.requestId(context.requestId());
        caller.onDisconnect(() -> abort(disconnected()));
        outcome.future().onComplete(this::finish);
        if (inbound.length() > bodyLimit()) {
            abort(tooLarge());
            return;
        }
        if (!hold(Holding.of(inbound))) {
            abort(Holding.exhausted());
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

    private Future<Void> admit(Inbound request) {
        Permit mine = ingress.admission().request();
        permit = mine;
        return mine.granted().compose(granted -> ingress.workers().ready()).compose(worker -> forward(worker, request));
    }

    private Future<Void> forward(Worker worker, Inbound request) {
        if (outcome.future().isComplete()) {
            return outcome.future();
        }
        caller.continueBody();
        ingress.listener().forwarded(call, worker.link().printsMarkers());
        ForwardRequest forward = new ForwardRequest(request, additional(), kind == RequestKind.EVENT, bodyLimit());
        Exchange attempt = worker.link().forward(forward, caller, this);
        exchange = attempt;
        enter(worker);
        // A worker that exited a moment ago has not seen the request, so the next worker may have it.
        return attempt.done()
                .recover(failure -> failure instanceof Exchange.NotDelivered refusal
                        ? readyAgain(worker, refusal).compose(next -> forward(next, request))
                        : Future.failedFuture(failure));
    }

    private void enter(@Nullable Worker worker) {
        if (inWorker != null) {
            inWorker.leave();
        }
        inWorker = worker;
        if (worker != null) {
            worker.enter();
        }
    }

    private Future<Worker> readyAgain(Worker refusing, Exchange.NotDelivered refusal) {
        enter(null);
        if (refusals == null) {
            refusals = new Refusals(ingress.vertx(), ingress.workers());
        }
        return refusals.retry(refusing, refusal.nobodyListens());
    }

    @Override
    public void abort(InvocationFailure failure) {
        if (outcome.tryFail(failure) && exchange != null) {
            exchange.abort();
        }
    }

    @Override
    public boolean keepsOthersWaiting() {
        return exchange != null
                && exchange.keepsOthersWaiting(
                        ingress.admission().isContended() || ingress.memory().isContended());
    }

    @Override
    public long bytesMoved() {
        return inbound.bytesRead() + caller.bytesWritten();
    }

    @Override
    public void head(int status, @Nullable String fcStatus) {
        boolean failed;
        if (kind == RequestKind.EVENT) {
            failed = fcStatus == null ? status >= 400 : !fcStatus.equals("200");
            caller.status(failed ? 404 : 200);
            caller.headers().set(FcHeaders.STATUS, failed ? "404" : "200");
        } else {
            failed = status >= 500;
        }
        if (failed) {
            // An HTTP function may respond with a 5xx on purpose; only one that the worker marks is an unhandled error.
            boolean event = kind == RequestKind.EVENT;
            functionOutcome = Outcome.functionError(
                    event || caller.headers().contains(FailureCode.HEADER),
                    event ? "the function returned an error" : "the function responded with status " + status);
        }
        caller.completeHead();
    }

    @Override
    public void movedTo(@Nullable Link next) {
        if (outcome.future().isComplete()) {
            return;
        }
        Worker ready = ingress.workers().readyNow();
        enter(ready != null && ready.link().equals(next) ? ready : null);
    }

    @Override
    public void beforeEnd() {
        ingress.listener().ending(call, functionOutcome);
    }

    private void finish(AsyncResult<Void> result) {
        ingress.vertx().cancelTimer(deadlineTimer);
        enter(null);
        if (permit != null) {
            permit.giveBack();
        }
        ingress.memory().give(held);
        Outcome ended = functionOutcome;
        if (result.failed()) {
            InvocationFailure failure = InvocationFailure.of(result.cause());
            ended = Calls.outcome(failure);
            ingress.listener().ending(call, ended);
            caller.fail(
                    ingress.platform().showsStderr(isPlatformsEvent()) ? failure : failure.withoutLastWords(),
                    kind == RequestKind.EVENT);
        }
        call.transferred(inbound.bytesRead(), caller.bytesWritten());
        ingress.listener().ended(call, ended);
        ingress.inFlight().ended(this);
    }

    private void startClock() {
        Duration timeout = context.timeout();
        if (timeout != null) {
            deadlineTimer = ingress.vertx()
                    .setTimer(
                            Math.max(1, timeout.toMillis()),
                            due -> abort(new InvocationFailure(
                                    FailureCode.DEADLINE_EXCEEDED,
                                    "the invocation did not finish within " + timeout.toMillis() + " ms")));
        }
    }

    /** The headers that the worker gets beside the caller's. */
    private MultiMap additional() {
        if (context.fromPlatform() && context.timeout() == null) {
            return NONE;
        }
        MultiMap headers = HttpHeaders.headers();
        if (!context.fromPlatform()) {
            headers.set(FcHeaders.REQUEST_ID, context.requestId());
            ingress.localContext().completeWith(inbound.headers(), headers, kind.path());
        }
        Duration timeout = context.timeout();
        if (timeout != null) {
            long left = timeout.toNanos() - call.elapsedNanos();
            headers.set(FcHeaders.FUNCTION_DEADLINE, Long.toString(System.currentTimeMillis() + left / 1_000_000));
        }
        return headers;
    }

    /** A CloudEvent is an event, too, but its sender is whoever made the HTTP request. */
    private boolean isPlatformsEvent() {
        return RequestKind.of(inbound.method().name(), inbound.path(), inbound.headers()) == RequestKind.EVENT;
    }

    private long bodyLimit() {
        return kind == RequestKind.EVENT
                ? ingress.settings().maxEventSize()
                : ingress.settings().maxBodySize();
    }

    private InvocationFailure tooLarge() {
        return new InvocationFailure(
                FailureCode.PAYLOAD_TOO_LARGE,
                "the request body has %d bytes, %d are allowed".formatted(inbound.length(), bodyLimit()));
    }

    private static InvocationFailure disconnected() {
        return new InvocationFailure(
                FailureCode.CALLER_LEFT, "the caller disconnected before the response was complete");
    }
}
