package io.polyfn.core.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of the core, by name and tag, in one place.
 *
 * <p>Invocations are answered before there is a registry; what they took is kept until there is one.
 */
public final class InvocationMetrics {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger workerStarts = new AtomicInteger();
    private final AtomicInteger workerRestarts = new AtomicInteger();
    private final Map<String, Map<String, Timer>> timers = new HashMap<>();
    private final List<Ended> early = new ArrayList<>();
    private @Nullable MeterRegistry registry;

    /** Registers the meters, with all that has been counted so far. Called once, on the event loop. */
    public void register(MeterRegistry meters) {
        registry = meters;
        FunctionCounter.builder("polyfn.worker.starts", workerStarts, AtomicInteger::get)
                .description("Workers started")
                .register(meters);
        FunctionCounter.builder("polyfn.worker.restarts", workerRestarts, AtomicInteger::get)
                .description("Workers started again after an earlier one had ended")
                .register(meters);
        Gauge.builder("polyfn.invocations.in.flight", inFlight, AtomicInteger::get)
                .description("Invocations accepted and not yet answered")
                .register(meters);
        StartTimeline.register(meters);
        early.forEach(ended -> record(meters, ended.kind, ended.outcome, ended.nanos));
        early.clear();
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
        if (registry == null) {
            early.add(new Ended(kind, outcome, nanos));
        } else {
            record(registry, kind, outcome, nanos);
        }
    }

    public void workerStarted(boolean again) {
        workerStarts.incrementAndGet();
        if (again) {
            workerRestarts.incrementAndGet();
        }
    }

    private void record(MeterRegistry meters, String kind, String outcome, long nanos) {
        timers.computeIfAbsent(kind, first -> new HashMap<>())
                .computeIfAbsent(outcome, first -> timer(meters, kind, outcome))
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private static Timer timer(MeterRegistry meters, String kind, String outcome) {
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
                .register(meters);
    }

    private record Ended(String kind, String outcome, long nanos) {}
}
