package io.polyfn.core.netty;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.util.concurrent.TimeUnit;

/** Vert.x runs something later, but not later than what the kernel has ready by then. */
public final class EventLoops {
    private EventLoops() {}

    /**
     * Runs something after the event loop has polled its connections once more; to be called on it.
     *
     * <p>A task is run in the same turn as the one that submits it, and a timer that is due as well. Only a timer that is set by a task is
     * left for the next turn, which begins with a poll.
     */
    public static void afterNextPoll(Vertx vertx, Runnable step) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        afterNextPoll(context.nettyEventLoop(), () -> context.runOnContext(polled -> step.run()));
    }

    /** The same where Vert.x does not matter. */
    static void afterNextPoll(EventExecutor loop, Runnable step) {
        loop.execute(() -> {
            var _ = loop.schedule(step, 0, TimeUnit.NANOSECONDS);
        });
    }
}
