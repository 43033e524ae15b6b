package io.polyfn.core.invocation;

import io.polyfn.core.link.Hook;
import io.vertx.core.http.HttpServerRequest;

/** Answers the platform's hooks, which come on the same port as invocations. */
@FunctionalInterface
public interface HookHandler {
    /** Answers the request in any case; called on the event loop. */
    void handle(Hook hook, HttpServerRequest request);
}
