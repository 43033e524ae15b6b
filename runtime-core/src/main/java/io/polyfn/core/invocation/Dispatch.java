package io.polyfn.core.invocation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;

/** The first thing a request meets: invocations go to {@link Invocation}, hooks to the endpoints that Quarkus serves, as soon as it does. */
final class Dispatch implements Handler<HttpServerRequest> {
    private final InvocationServices services;
    private final CloudEvents cloudEvents;

    private final Promise<Handler<HttpServerRequest>> hookEndpoints = Promise.promise();

    Dispatch(InvocationServices services) {
        this.services = services;
        this.cloudEvents = new CloudEvents(services.config());
    }

    void serveHooks(Handler<HttpServerRequest> endpoints) {
        hookEndpoints.complete(endpoints);
    }

    @Override
    public void handle(HttpServerRequest request) {
        Kind kind = Kind.of(request);
        if (kind.isHook()) {
            passToEndpoints(new HookRequest((HttpServerRequestInternal) request, kind));
        } else if (cloudEvents.isOne(request)) {
            new Invocation(services, cloudEvents.event(request), Kind.EVENT).run();
        } else {
            new Invocation(services, request, kind).run();
        }
    }

    private void passToEndpoints(HttpServerRequest hook) {
        Future<Handler<HttpServerRequest>> endpoints = hookEndpoints.future();
        if (endpoints.succeeded()) {
            endpoints.result().handle(hook);
            return;
        }
        Context context = services.vertx().getOrCreateContext();
        hook.pause();
        endpoints.onSuccess(open -> context.runOnContext(go -> {
            if (!hook.response().closed()) {
                open.handle(hook);
                hook.resume();
            }
        }));
    }

    /** A hook is told by its control path; the endpoint that answers it, by method and path. */
    private static final class HookRequest extends HttpServerRequestWrapper {
        private final Kind kind;

        HookRequest(HttpServerRequestInternal request, Kind kind) {
            super(request);
            this.kind = kind;
        }

        @Override
        public HttpMethod method() {
            return kind.method();
        }

        @Override
        public String uri() {
            return kind.path();
        }

        @Override
        public String path() {
            return kind.path();
        }
    }
}
