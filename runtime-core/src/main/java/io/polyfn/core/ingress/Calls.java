package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.netty.RequestRules;
import io.polyfn.core.platform.RequestContext;
import io.polyfn.core.telemetry.Call;
import io.polyfn.core.telemetry.Outcome;

/** What listeners are told of requests and failures. */
final class Calls {
    private Calls() {}

    static Call of(Inbound inbound, RequestContext context, String kind, String subject) {
        String path = inbound.path();
        return new Call(context.requestId(), kind, subject, path == null ? "" : path, inbound.header("traceparent"));
    }

    /** Why a request broke off: what its caller did wrong, or that it is gone. */
    static InvocationFailure broken(Throwable cause, String disconnected) {
        return RequestRules.isInvalid(cause)
                ? new InvocationFailure(FailureCode.BAD_REQUEST, RequestRules.describe(cause))
                : new InvocationFailure(FailureCode.CALLER_LEFT, disconnected);
    }

    /** A disconnect is nobody's unhandled error. */
    static Outcome outcome(InvocationFailure failure) {
        return new Outcome(failure.code().wire(), false, failure.code() != FailureCode.CALLER_LEFT, failure.message());
    }
}
