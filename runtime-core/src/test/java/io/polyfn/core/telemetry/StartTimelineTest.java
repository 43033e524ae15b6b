package io.polyfn.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StartTimelineTest {
    @Test
    void theAgeIsWhatTheKernelSays() {
        String stat = "42 (a) name (b)) S 1 42 42 0 -1 4194560 1 0 0 0 3 1 0 0 20 0 1 0 12345 1 1";

        assertThat(StartTimeline.ageMillis(stat, "124.95 200.00\n")).isEqualTo(1500);
    }

    @Test
    void aNewProcessIsYoung() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));

            assertThat(StartTimeline.ageMillis(stat, Files.readString(Path.of("/proc/uptime"))))
                    .isBetween(0L, 10_000L);
        } finally {
            process.destroyForcibly();
        }
    }
}
