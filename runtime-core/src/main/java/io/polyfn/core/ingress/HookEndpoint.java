package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.platform.RequestContext;
import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;

/** One request for a hook on the public port (contract 2, rows 3 to 5): {@link Hooks} runs it, its result is the response. */
final class HookEndpoint implements InFlight.Abortable {
    private static final String TRACEPARENT = "traceparent";

    private final Ingress ingress;
    private final boolean showsStderr;
    private final Caller caller;
    private final Promise<HookResponse> outcome = Promise.promise();
    private int held;

    HookEndpoint(Ingress ingress, Caller caller) {
        this.ingress = ingress;
        this.showsStderr = ingress.platform().showsStderr(true);
        this.caller = caller;
    }

    void run(Hooks hooks, Hook hook, Inbound inbound) {
        ingress.inFlight().began(this);
        RequestContext context = RequestContext.of(inbound.headers(), null);
        caller.requestId(context.requestId());
        caller.onBreak(cause -> abort(Calls.broken(cause, "the platform disconnected before the hook was complete")));
        outcome.future().onComplete(this::finish);
        int most = Holding.HOOK_BYTES * ingress.workers().size();
        if (!ingress.memory().tryTake(most)) {
            abort(Holding.exhausted());
            return;
        }
        held = most;
        caller.continueBody();
        inbound.discardBody();
        hooks.call(hook, passedOn(inbound.headers()).set(FcHeaders.REQUEST_ID, context.requestId()))
                .onSuccess(outcome::tryComplete)
                .onFailure(outcome::tryFail);
    }

    @Override
    public void abort(InvocationFailure failure) {
        outcome.tryFail(failure);
    }

    private void finish(AsyncResult<HookResponse> result) {
        if (result.failed()) {
            InvocationFailure failure = InvocationFailure.of(result.cause());
            caller.fail(showsStderr ? failure : failure.withoutLastWords(), true);
        } else {
            respond(result.result());
        }
        Unread.watch(ingress, caller, held);
        ingress.inFlight().ended(this);
    }

    private void respond(HookResponse response) {
        MultiMap headers = caller.headers();
        String type = response.headers().get(HttpHeaders.CONTENT_TYPE);
        headers.set(HttpHeaders.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
        String code = response.headers().get(FailureCode.HEADER);
        if (FailureCode.mayComeFromWorker(code)) {
            headers.set(FailureCode.HEADER, code);
        }
        caller.status(response.status());
        headers.set(FcHeaders.STATUS, response.succeeded() ? "200" : "404");
        caller.completeHead();
        var _ = caller.end(response.body());
    }

    /** The platform's context and the trace; everything else in the request concerns this connection only. */
    static MultiMap passedOn(MultiMap from) {
        MultiMap to = MultiMap.caseInsensitiveMultiMap();
        from.forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-") || name.equalsIgnoreCase(TRACEPARENT)) {
                to.add(name, value);
            }
        });
        return to;
    }
}
