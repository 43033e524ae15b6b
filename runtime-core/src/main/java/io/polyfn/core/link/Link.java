package io.polyfn.core.link;

import io.polyfn.core.http.Caller;
import io.polyfn.core.platform.Hook;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;

/** The way to one worker, from the moment it opens its link until it exits. Confined to the event loop. */
public interface Link {
    /**
     * Streams a request to the worker and its response to the caller.
     *
     * @param observer sees the head of the response and its end
     */
    Exchange forward(ForwardRequest request, Caller caller, ResponseObserver observer);

    /**
     * Calls a hook and waits for the whole response.
     *
     * @param headers that the worker gets
     * @return fails if there was no whole response
     */
    Future<HookResponse> call(Hook hook, MultiMap headers);

    /** The worker is ready: from now on it gets invocations. */
    default void ready() {}

    /** The worker is going to be replaced: it gets nothing more, and what it has not taken goes to the next one. */
    default void retire() {}

    /** The worker is going to be stopped: WebSockets that it still has get a close frame. */
    default void goAway() {}

    /** Whether the worker prints the log markers of its invocations itself, so that the core's would be one pair too many. */
    default boolean printsMarkers() {
        return false;
    }
}
