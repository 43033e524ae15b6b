package io.polyfn.core.invocation;

import io.polyfn.core.link.Hook;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/** The first thing a request meets: invocations go to {@link Invocation}, hooks to the {@link HookHandler}. */
final class Dispatch implements Handler<HttpServerRequest> {
    private final InvocationServices services;
    private final HookHandler hooks;
    private final CloudEvents cloudEvents;

    Dispatch(InvocationServices services, HookHandler hooks) {
        this.services = services;
        this.hooks = hooks;
        this.cloudEvents = new CloudEvents(services.config());
    }

    @Override
    public void handle(HttpServerRequest request) {
        Kind kind = Kind.of(request);
        Hook hook = kind.hook();
        if (hook != null) {
            hooks.handle(hook, request);
        } else if (cloudEvents.isOne(request)) {
            new Invocation(services, cloudEvents.event(request), Kind.EVENT).run();
        } else {
            new Invocation(services, request, kind).run();
        }
    }
}
