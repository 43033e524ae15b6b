package io.polyfn.core.failure;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Bounds a wait on the event loop. {@link Future#timeout} is not used: for a future that no context made, it fails on a thread of Netty's,
 * and everything that follows would run there.
 */
public final class TimeLimit {
    private TimeLimit() {}

    /** What the step completes with; fails with a {@link TimeoutException} if that takes longer. */
    public static <T> Future<T> within(Vertx vertx, Duration time, Future<T> step) {
        if (step.isComplete()) {
            return step;
        }
        Promise<T> first = Promise.promise();
        long timer = vertx.setTimer(
                Math.max(1, time.toMillis()),
                due -> first.tryFail(new TimeoutException("not within " + time.toMillis() + " ms")));
        step.onComplete(done -> {
            if (vertx.cancelTimer(timer)) {
                first.handle(done);
            }
        });
        return first.future();
    }
}
