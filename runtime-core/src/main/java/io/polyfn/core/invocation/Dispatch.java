package io.polyfn.core.invocation;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import jakarta.inject.Singleton;

/** The first thing a request meets: invocations go to {@link Invocation}, hooks to the endpoints that Quarkus declares. */
@Singleton
final class Dispatch implements Handler<HttpServerRequest> {
    private final InvocationServices services;
    private final CloudEvents cloudEvents;

    Dispatch(InvocationServices services, CloudEvents cloudEvents) {
        this.services = services;
        this.cloudEvents = cloudEvents;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Kind kind = Kind.of(request);
        if (kind.isHook()) {
            VertxHttpRecorder.getRootHandler().handle(new HookRequest((HttpServerRequestInternal) request, kind));
        } else if (cloudEvents.isOne(request)) {
            new Invocation(services, cloudEvents.event(request), Kind.EVENT).run();
        } else {
            new Invocation(services, request, kind).run();
        }
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
