package io.polyfn.core.worker;

import io.polyfn.core.link.Link;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A worker that is ready: its link, and how much is in flight in it. Confined to the event loop. */
public final class Worker {
    private static final long SAME_REFUSAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final @Nullable String name;
    private final long pid;
    private final WorkerAddress address;
    private final Link link;
    private final Future<WorkerExit> exited;
    private int inFlight;
    private long entered;
    private boolean initialized;
    private boolean refuses;
    private long refusedSinceNanos;
    private long refusedLastNanos;
    private boolean hasRefused;
    private boolean absolved;
    private @Nullable Promise<Void> idle;

    /** @param name such as {@code worker 2}; null where there is one only */
    Worker(@Nullable String name, long pid, WorkerAddress address, Link link, Future<WorkerExit> exited) {
        this.name = name;
        this.pid = pid;
        this.address = address;
        this.link = link;
        this.exited = exited;
    }

    /** Such as {@code worker 2}; null where there is one only. */
    public @Nullable String name() {
        return name;
    }

    public long pid() {
        return pid;
    }

    public WorkerAddress address() {
        return address;
    }

    public Link link() {
        return link;
    }

    /** Completed when the process has exited. */
    public Future<WorkerExit> exited() {
        return exited;
    }

    /** Whether anything has been sent to it. */
    boolean wasUsed() {
        return entered > 0;
    }

    /** Invocations and hooks that it has had. */
    long entered() {
        return entered;
    }

    /** Its initializer has succeeded. */
    public void initialized() {
        initialized = true;
    }

    public boolean isInitialized() {
        return initialized;
    }

    /** Whether it has refused a connection a moment ago. */
    boolean refuses() {
        return refuses;
    }

    void refuses(boolean now) {
        refuses = now;
    }

    /** It refuses a connection. For how long it has done so, in nanoseconds; after a second without a refusal it counts anew. */
    long refused(long nanos) {
        if (!hasRefused || nanos - refusedLastNanos > SAME_REFUSAL_NANOS) {
            refusedSinceNanos = nanos;
        }
        hasRefused = true;
        refusedLastNanos = nanos;
        return nanos - refusedSinceNanos;
    }

    /** It has served an invocation, or the core has broken something that it may exit over: its exit is no sign of a crash loop. */
    public void absolve() {
        absolved = true;
        hasRefused = false;
    }

    boolean isAbsolved() {
        return absolved;
    }

    /** Invocations and hooks in the worker. */
    public int inFlight() {
        return inFlight;
    }

    /** An invocation or a hook goes to this worker; a {@link #leave} is owed. */
    public void enter() {
        entered++;
        inFlight++;
    }

    public void leave() {
        inFlight--;
        if (inFlight == 0 && idle != null) {
            idle.tryComplete();
        }
    }

    /** Completed when nothing is in flight. */
    Future<Void> idle() {
        if (inFlight == 0) {
            return Future.succeededFuture();
        }
        Promise<Void> waiting = Promise.promise();
        idle = waiting;
        return waiting.future();
    }
}
