package io.polyfn.core.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
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
    private final AtomicIntegerArray workerStarts;
    private final AtomicIntegerArray workerRestarts;
    private final Map<String, Map<String, Timer>> timers = new HashMap<>();
    private final List<Ended> early = new ArrayList<>();
    private @Nullable MeterRegistry registry;

    /** @param workers how many there are at once; only if there are several, each has meters of its own */
    public InvocationMetrics(int workers) {
        workerStarts = new AtomicIntegerArray(workers);
        workerRestarts = new AtomicIntegerArray(workers);
    }

    /** Registers the meters, with all that has been counted so far. Called once, on the event loop. */
    public void register(MeterRegistry meters) {
        registry = meters;
        register(meters, workerStarts, "polyfn.worker.starts", "Workers started");
        register(meters, workerRestarts, "polyfn.worker.restarts", "Workers started after an earlier one exited");
        Gauge.builder("polyfn.invocations.in.flight", inFlight, AtomicInteger::get)
                .description("Invocations and hooks accepted that have not ended")
                .register(meters);
        StartTimeline.register(meters);
        early.forEach(ended -> record(meters, ended.kind, ended.outcome, ended.nanos));
        early.clear();
    }

    private static void register(MeterRegistry meters, AtomicIntegerArray counts, String name, String description) {
        for (int i = 0; i < counts.length(); i++) {
            int at = i;
            FunctionCounter.builder(name, counts, all -> all.get(at))
                    .tags(counts.length() == 1 ? Tags.empty() : Tags.of("worker", Integer.toString(at + 1)))
                    .description(description)
                    .register(meters);
        }
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

    /**
     * A worker has been started.
     *
     * @param number of the worker, from 1
     */
    public void workerStarted(int number, boolean again) {
        workerStarts.incrementAndGet(number - 1);
        if (again) {
            workerRestarts.incrementAndGet(number - 1);
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
