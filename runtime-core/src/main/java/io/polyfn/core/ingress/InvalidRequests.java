package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.HeaderRules;
import io.polyfn.core.netty.RequestRules;
import io.polyfn.core.platform.RequestContext;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jboss.logging.Logger;

/**
 * What is no valid request gets its response here, without a permit and without a worker. Over HTTP/1.1 the connection is closed then,
 * because nobody knows where the next request begins.
 */
final class InvalidRequests implements Handler<HttpServerRequest> {
    private static final Logger LOG = Logger.getLogger(InvalidRequests.class);

    private final Ingress ingress;

    InvalidRequests(Ingress ingress) {
        this.ingress = ingress;
    }

    /** Whether a request may go on; one that may not has its response. HTTP/1.1 has been checked while it was decoded. */
    boolean admits(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            return true;
        }
        try {
            RequestRules.checkHttp2(
                    request.method().name(),
                    request.uri(),
                    request.authority(),
                    request.headers().getAll(HttpHeaders.HOST));
            HeaderRules.check(request.headers());
            return true;
        } catch (IllegalArgumentException violation) {
            refuse(request, RequestRules.status(violation), String.valueOf(violation.getMessage()));
            return false;
        }
    }

    /** A request that cannot be decoded. */
    @Override
    public void handle(HttpServerRequest request) {
        Throwable reason = RequestRules.reason(request);
        refuse(request, RequestRules.status(reason), RequestRules.describe(reason));
    }

    private void refuse(HttpServerRequest request, int status, String message) {
        LOG.debugf("refused with status %d: %s", status, message);
        Caller caller = new Caller(request, () -> false);
        caller.requestId(RequestContext.newId());
        caller.refuse(status, new InvocationFailure(FailureCode.BAD_REQUEST, message));
        Unread.watch(ingress, caller, 0);
    }
}
