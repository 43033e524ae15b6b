package io.polyfn.core.ingress;

import io.polyfn.core.cloudevents.CloudEvents;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.netty.CallerConnections;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.platform.RequestKind;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.function.BooleanSupplier;

/** Where each request goes first: hooks to {@link HookEndpoint}, all others to {@link Invocation}. */
final class Dispatch implements Handler<HttpServerRequest> {
    private final Ingress ingress;
    private final Hooks hooks;
    private final CloudEvents cloudEvents;
    private final BooleanSupplier draining;
    private final InvalidRequests invalid;
    private final CallerConnections connections;

    Dispatch(Ingress ingress, Hooks hooks, InvalidRequests invalid, CallerConnections connections) {
        this.ingress = ingress;
        this.hooks = hooks;
        this.invalid = invalid;
        this.connections = connections;
        this.cloudEvents = new CloudEvents(
                ingress.settings().cloudEvents(), ingress.settings().maxEventSize(), ingress.memory());
        this.draining = connections::draining;
    }

    /**
     * A stream of HTTP/2 is looked at in the next turn of the event loop: a flood brings resets together with what they reset, and then there
     * is nothing to do.
     */
    @Override
    public void handle(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            dispatch(request);
            return;
        }
        request.pause();
        ingress.vertx().runOnContext(later -> {
            if (!request.response().closed()) {
                dispatch(request);
            }
        });
    }

    private void dispatch(HttpServerRequest request) {
        if (!invalid.admits(request)) {
            return;
        }
        connections.requested(request.connection());
        ingress.platform().removeForged(request.headers());
        Inbound inbound = Inbound.of(request);
        switch (ingress.platform().endpoint(inbound.method().name(), inbound.path(), inbound.headers())) {
            case Hook hook -> new HookEndpoint(ingress, caller(request)).run(hooks, hook, inbound);
            case RequestKind kind -> invoke(request, inbound, kind);
        }
    }

    private void invoke(HttpServerRequest request, Inbound inbound, RequestKind kind) {
        boolean platformsEvent = kind == RequestKind.EVENT;
        if (cloudEvents.includes(inbound)) {
            CloudEvents.Received event = cloudEvents.receive(inbound, request, draining);
            InvocationRequest invoked = new InvocationRequest(ingress, inbound, RequestKind.EVENT, platformsEvent);
            new Invocation(ingress, invoked, event.caller()).run(event.conversion());
        } else {
            InvocationRequest invoked = new InvocationRequest(ingress, inbound, kind, platformsEvent);
            boolean renamed = platformsEvent && ingress.platform().hasOwnEventPath();
            Future<Inbound> forwarded = Future.succeededFuture(renamed ? inbound.withTarget(kind.path()) : inbound);
            new Invocation(ingress, invoked, caller(request)).run(() -> forwarded);
        }
    }

    private Caller caller(HttpServerRequest request) {
        return new Caller(request, draining);
    }
}
