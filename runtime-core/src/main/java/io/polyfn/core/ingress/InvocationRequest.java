package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Forwarded;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.RequestContext;
import io.polyfn.core.platform.RequestKind;
import io.polyfn.core.telemetry.Call;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is known of an invocation from its request: its kind and context, its limits, and what the worker is told beside it. */
final class InvocationRequest {
    private static final MultiMap NONE = HttpHeaders.headers();

    private final Ingress ingress;
    private final Inbound inbound;
    private final RequestKind kind;
    private final boolean platformsEvent;
    private final RequestContext context;
    private final Call call;

    /** @param platformsEvent whether the platform itself sent an event; a CloudEvent's sender is whoever made the HTTP request */
    InvocationRequest(Ingress ingress, Inbound inbound, RequestKind kind, boolean platformsEvent) {
        this.ingress = ingress;
        this.inbound = inbound;
        this.kind = kind;
        this.platformsEvent = platformsEvent;
        this.context = RequestContext.of(inbound.headers(), ingress.settings().timeout());
        this.call = Calls.of(inbound, context, kind.label(), "Invoke");
    }

    Inbound inbound() {
        return inbound;
    }

    /** What listeners are told. */
    Call call() {
        return call;
    }

    String id() {
        return context.requestId();
    }

    /** The time from the request to the end of the response; null for no limit. */
    @Nullable
    Duration timeout() {
        return context.timeout();
    }

    /** Whether the function handles an event, not an HTTP request. */
    boolean isEvent() {
        return kind == RequestKind.EVENT;
    }

    /** Whether the caller asks for the end of what the function prints (contract 5.1.11). */
    boolean wantsLog() {
        return isEvent() && "Tail".equalsIgnoreCase(inbound.header(FcHeaders.LOG_TYPE));
    }

    /** Whether the platform itself gets the failure. */
    boolean isPlatformsEvent() {
        return platformsEvent;
    }

    /** Why the request is refused as it stands; null if it is not. */
    @Nullable
    InvocationFailure refusal() {
        return inbound.length() <= bodyLimit()
                ? null
                : new InvocationFailure(
                        FailureCode.PAYLOAD_TOO_LARGE,
                        "the request body has %d bytes, %d are allowed".formatted(inbound.length(), bodyLimit()));
    }

    /** @param request the caller's, or the event that a CloudEvent was converted to */
    ForwardRequest forward(Inbound request) {
        return new ForwardRequest(request, additional(), isEvent(), bodyLimit());
    }

    private long bodyLimit() {
        return isEvent()
                ? ingress.settings().maxEventSize()
                : ingress.settings().maxBodySize();
    }

    private MultiMap additional() {
        Duration timeout = context.timeout();
        boolean forwards = !isEvent() && !ingress.platform().hasGateway();
        if (context.fromPlatform() && timeout == null && !forwards) {
            return NONE;
        }
        MultiMap headers = HttpHeaders.headers();
        if (!context.fromPlatform()) {
            headers.set(FcHeaders.REQUEST_ID, context.requestId());
            ingress.localContext().completeWith(inbound.headers(), headers, kind.path());
        }
        if (forwards) {
            Forwarded.add(inbound, headers);
        }
        if (timeout != null) {
            long left = timeout.toNanos() - call.elapsedNanos();
            headers.set(FcHeaders.FUNCTION_DEADLINE, Long.toString(System.currentTimeMillis() + left / 1_000_000));
        }
        return headers;
    }
}
