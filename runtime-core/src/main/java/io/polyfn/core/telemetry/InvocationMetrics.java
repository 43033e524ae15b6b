package io.polyfn.core.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
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
 * <p>Invocations end before there is a registry; the durations of the first ones are kept until there is one, which may be never.
 */
public final class InvocationMetrics implements InvocationListener {
    /** Ten thousand a second while the control plane starts, and 2 MB where it cannot. */
    static final int MOST_EARLY = 50_000;

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
                .description("Workers started after an earlier one exited")
                .register(meters);
        Gauge.builder("polyfn.invocations.in.flight", inFlight, AtomicInteger::get)
                .description("Invocations and hooks accepted that have not ended")
                .register(meters);
        StartTimeline.register(meters);
        early.forEach(ended -> record(meters, ended.kind, ended.outcome, ended.nanos));
        early.clear();
    }

    @Override
    public void started(Call call) {
        inFlight.incrementAndGet();
    }

    @Override
    public void ended(Call call, Outcome outcome) {
        inFlight.decrementAndGet();
        if (registry == null) {
            if (early.size() == MOST_EARLY) {
                return;
            }
            early.add(new Ended(call.kind(), outcome.code(), call.elapsedNanos()));
        } else {
            record(registry, call.kind(), outcome.code(), call.elapsedNanos());
        }
    }

    /** Invocations and hooks in flight; may be read on any thread. */
    public int inFlight() {
        return inFlight.get();
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
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(60))
                .register(meters);
    }

    private record Ended(String kind, String outcome, long nanos) {}
}
