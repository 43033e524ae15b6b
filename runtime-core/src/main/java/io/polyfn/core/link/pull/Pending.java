package io.polyfn.core.link.pull;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An invocation or a hook on the pull link: what a worker gets when it polls. Confined to the event loop. */
abstract sealed class Pending permits PullExchange, PullHook {
    /** Where a pending call is; {@link PullLink} moves it on. */
    enum Stage {
        /** Not in line yet, or on its way to the next worker. */
        ELSEWHERE,
        /** In line for a poll. */
        WAITING,
        /** In the worker, which has not responded. */
        HANDED_OUT,
        /** The worker is posting its response. */
        RESPONDING
    }

    /** By {@link System#nanoTime()}, since somebody may set the wall clock while a call is under way; null for no deadline. */
    private final @Nullable Long deadlineNanos;

    Stage stage = Stage.ELSEWHERE;

    /** In line, by which the order of those that wait at several links is known. */
    long place;

    /** When the worker got it, by {@link System#nanoTime()}. */
    long handedOutNanos = System.nanoTime();

    /** The connection on which the worker polled for it. */
    @Nullable
    HttpConnection connection;

    /** @param time until it should be over; null for no deadline */
    Pending(@Nullable Duration time) {
        deadlineNanos = time == null ? null : System.nanoTime() + time.toNanos();
    }

    /** The platform's headers, the request id among them. */
    abstract MultiMap headers();

    /** Whether all of its event is there. */
    boolean isWhole() {
        return true;
    }

    /** Whether nobody waits for its response any more. */
    abstract boolean isOver();

    boolean hasDeadline() {
        return deadlineNanos != null;
    }

    /** How long it is until it should be over, negative after that; {@link Long#MAX_VALUE} for no deadline. */
    long millisLeft() {
        return deadlineNanos == null
                ? Long.MAX_VALUE
                : TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    }

    /**
     * Responds to the worker's poll with this call.
     *
     * @param id the id under which the worker will post its response
     */
    abstract void deliver(NextCall poll, String id);

    /** The worker posts its response. */
    abstract void respond(RuntimeApiPost response);

    /** The worker posts a failure. */
    abstract void fail(RuntimeApiPost error);

    /** The worker has exited; what of the call it had is lost. */
    abstract void workerExited(WorkerExit exit);

    /** There is no worker that it could be given to. */
    abstract void undeliverable(InvocationFailure reason);
}
