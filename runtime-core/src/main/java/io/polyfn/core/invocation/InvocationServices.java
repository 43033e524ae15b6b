package io.polyfn.core.invocation;

import io.polyfn.core.link.WorkerLink;
import io.polyfn.core.telemetry.InvocationMetrics;
import io.polyfn.core.telemetry.LogMarkers;
import io.polyfn.core.worker.WorkerSupervisor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What every invocation uses, and the set of those that are in flight. Confined to the event loop. */
public final class InvocationServices {
    private final Vertx vertx;
    private final InvocationConfig config;
    private final WorkerSupervisor worker;
    private final WorkerLink link;
    private final ConcurrencyLimiter limiter;
    private final LogMarkers markers;
    private final InvocationMetrics metrics;
    private final LocalContext localContext = new LocalContext(System.getenv());
    private final @Nullable Duration timeout;
    private final Set<Invocation> inFlight = new HashSet<>();
    private @Nullable Promise<Void> drained;

    public InvocationServices(
            Vertx vertx,
            InvocationConfig config,
            WorkerSupervisor worker,
            WorkerLink link,
            LogMarkers markers,
            InvocationMetrics metrics) {
        this.vertx = vertx;
        this.config = config;
        this.worker = worker;
        this.link = link;
        this.limiter = new ConcurrencyLimiter(config);
        this.markers = markers;
        this.metrics = metrics;
        this.timeout = config.timeout().orElse(null);
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "POLYFN_TIMEOUT=%d ms leaves no invocation any time: give more than 0, or nothing for no limit"
                            .formatted(timeout.toMillis()));
        }
    }

    /**
     * Stops asking for more: answers carry {@code Connection: close} from now on.
     *
     * @return completed when nothing is in flight
     */
    public Future<Void> drain() {
        Promise<Void> promise = Promise.promise();
        drained = promise;
        checkDrained();
        return promise.future();
    }

    /** Gives every invocation that is still in flight its failure, because no accepted invocation goes unanswered. */
    public void failAllInFlight(io.polyfn.core.failure.InvocationFailure failure) {
        Set.copyOf(inFlight).forEach(invocation -> invocation.abort(failure));
    }

    boolean draining() {
        return drained != null;
    }

    void began(Invocation invocation) {
        inFlight.add(invocation);
        metrics.invocationStarted();
    }

    void ended(Invocation invocation, Kind kind, String outcome, long nanos) {
        inFlight.remove(invocation);
        metrics.invocationEnded(kind.label(), outcome, nanos);
        checkDrained();
    }

    private void checkDrained() {
        if (drained != null && inFlight.isEmpty()) {
            drained.tryComplete();
        }
    }

    Vertx vertx() {
        return vertx;
    }

    InvocationConfig config() {
        return config;
    }

    WorkerSupervisor worker() {
        return worker;
    }

    WorkerLink link() {
        return link;
    }

    ConcurrencyLimiter limiter() {
        return limiter;
    }

    LogMarkers markers() {
        return markers;
    }

    LocalContext localContext() {
        return localContext;
    }

    @Nullable
    Duration timeout() {
        return timeout;
    }
}
