package io.polyfn.core.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** When each phase of a cold start was reached, in milliseconds since the process started. Each phase is noted once, by whoever ends it. */
public final class StartTimeline {
    /** The phases in their usual order; the worker's and the core's overlap, since both start at the same time. */
    public enum Phase {
        JVM_STARTED,
        WORKER_STARTED,
        CORE_STARTED,
        WORKER_READY,
        PORT_OPEN,
        FIRST_ANSWER
    }

    private static final Map<Phase, Long> REACHED = new EnumMap<>(Phase.class);

    private StartTimeline() {}

    /** Notes that a phase has been reached now; only the first time counts. */
    public static void reached(Phase phase) {
        synchronized (REACHED) {
            REACHED.computeIfAbsent(phase, any -> System.currentTimeMillis() - processStartMillis());
        }
    }

    /** Milliseconds from the start of the process to the phase, or -1 if it has not been reached. */
    public static long millisTo(Phase phase) {
        synchronized (REACHED) {
            return REACHED.getOrDefault(phase, -1L);
        }
    }

    /** The whole timeline in one line, for the log. */
    public static String describe() {
        synchronized (REACHED) {
            return REACHED.entrySet().stream()
                    .map(e -> name(e.getKey()) + " " + e.getValue() + " ms")
                    .collect(Collectors.joining(", "));
        }
    }

    static void register(MeterRegistry registry) {
        for (Phase phase : Phase.values()) {
            TimeGauge.builder("polyfn.start", phase, TimeUnit.MILLISECONDS, StartTimeline::millisTo)
                    .description(
                            "Time from the start of the process to the end of a cold-start phase; negative if not reached")
                    .tag("phase", name(phase))
                    .register(registry);
        }
    }

    private static String name(Phase phase) {
        return phase.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static long processStartMillis() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElseGet(System::currentTimeMillis);
    }
}
