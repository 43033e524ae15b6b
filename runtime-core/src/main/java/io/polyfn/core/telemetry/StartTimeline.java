package io.polyfn.core.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
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
        FIRST_RESPONSE,
        QUARKUS_STARTED
    }

    private static final Map<Phase, Long> REACHED = new EnumMap<>(Phase.class);
    private static final long START_MILLIS = processStartMillis();

    private StartTimeline() {}

    /** Notes that a phase has been reached now; only the first time counts. */
    public static void reached(Phase phase) {
        synchronized (REACHED) {
            REACHED.computeIfAbsent(phase, any -> System.currentTimeMillis() - START_MILLIS);
        }
    }

    /** Notes the first response. */
    public static InvocationListener firstResponse() {
        return new InvocationListener() {
            @Override
            public void ending(Call call, Outcome outcome) {
                reached(Phase.FIRST_RESPONSE);
            }
        };
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
        return phase.name().toLowerCase(Locale.ROOT);
    }

    /** The kernel knows it to the tick; what the JDK makes of it is only as good as the boot time, which has whole seconds. */
    private static long processStartMillis() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String uptime = Files.readString(Path.of("/proc/uptime"));
            return System.currentTimeMillis() - ageMillis(stat, uptime);
        } catch (IOException | RuntimeException noSuchKernel) {
            return ProcessHandle.current()
                    .info()
                    .startInstant()
                    .map(Instant::toEpochMilli)
                    .orElseGet(System::currentTimeMillis);
        }
    }

    /**
     * How long a process has lived.
     *
     * @param stat of proc(5): field 22 is the start after boot, in ticks of 10 ms
     * @param uptime of proc(5): begins with the seconds since boot
     */
    static long ageMillis(String stat, String uptime) {
        // The second field is the program's name in parentheses and may contain anything.
        String[] fromThird = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long startedAfterBoot = Long.parseLong(fromThird[22 - 3]) * 10;
        double up = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
        return (long) (up * 1000) - startedAfterBoot;
    }
}
