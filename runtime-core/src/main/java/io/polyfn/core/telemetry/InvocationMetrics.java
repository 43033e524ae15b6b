package io.polyfn.core.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Every meter of the core, by name and tag, in one place. */
@Singleton
public final class InvocationMetrics {
    private final MeterRegistry registry;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, Map<String, Timer>> timers = new HashMap<>();
    private final Counter workerStarts;
    private final Counter workerRestarts;

    InvocationMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.workerStarts = Counter.builder("polyfn.worker.starts")
                .description("Workers started")
                .register(registry);
        this.workerRestarts = Counter.builder("polyfn.worker.restarts")
                .description("Workers started again after an earlier one had ended")
                .register(registry);
        Gauge.builder("polyfn.invocations.in.flight", inFlight, AtomicInteger::get)
                .description("Invocations accepted and not yet answered")
                .register(registry);
        StartTimeline.register(registry);
    }

    public void invocationStarted() {
        inFlight.incrementAndGet();
    }

    /**
     * Counts an invocation that has its answer. Called on the event loop only.
     *
     * @param kind what was invoked, such as {@code event} or {@code http}
     * @param outcome {@code success} or a failure's wire code
     * @param nanos from accepting the request to the end of the answer
     */
    public void invocationEnded(String kind, String outcome, long nanos) {
        inFlight.decrementAndGet();
        timers.computeIfAbsent(kind, first -> new HashMap<>())
                .computeIfAbsent(outcome, first -> register(kind, outcome))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    public void workerStarted(boolean again) {
        workerStarts.increment();
        if (again) {
            workerRestarts.increment();
        }
    }

    private Timer register(String kind, String outcome) {
        return Timer.builder("polyfn.invocations")
                .description("Invocations by kind and outcome, and how long they took")
                .tag("kind", kind)
                .tag("outcome", outcome)
                .serviceLevelObjectives(
                        java.time.Duration.ofMillis(1),
                        java.time.Duration.ofMillis(5),
                        java.time.Duration.ofMillis(25),
                        java.time.Duration.ofMillis(100),
                        java.time.Duration.ofMillis(500),
                        java.time.Duration.ofSeconds(2),
                        java.time.Duration.ofSeconds(10),
                        java.time.Duration.ofSeconds(60))
                .register(registry);
    }
}
