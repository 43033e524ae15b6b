package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polyfn.core.platform.PlatformEnvironment;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerCountTest {
    private static final int AUTO = 0;

    /** 128 MB for the core, and for each worker what it may have, or as much. */
    @ParameterizedTest
    @CsvSource({"2,0,512,2", "16,0,512,3", "16,0,128,1", "16,0,64,1", "16,64,512,6", "4,1,4096,4", "1,0,4096,1"})
    void automaticallyThereIsOneForEachProcessorThatMemorySufficesFor(
            int processors, long maxMemory, long memory, int workers) {
        assertThat(WorkerCount.atMost(processors, maxMemory << 20, memory << 20))
                .isEqualTo(workers);
    }

    @Test
    void withoutALimitOfMemoryProcessorsDecide() {
        assertThat(WorkerCount.of(AUTO, null, 0, OptionalLong.empty()))
                .isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void whatIsAskedForCounts() {
        assertThat(WorkerCount.of(7, null, 0, OptionalLong.of(1))).isEqualTo(7);
    }

    @Test
    void onOnePortThereIsOne() {
        assertThat(WorkerCount.of(AUTO, 8080, 0, OptionalLong.empty())).isEqualTo(1);
        assertThat(WorkerCount.of(1, 8080, 0, OptionalLong.empty())).isEqualTo(1);
        assertThatThrownBy(() -> read("2", Map.of("POLYFN_WORKER_PORT", "8080")))
                .hasMessageContaining("POLYFN_WORKERS=2 cannot be combined with POLYFN_WORKER_PORT=8080")
                .hasMessageContaining("PORT, and remove POLYFN_WORKER_PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "101", "two", "1.5"})
    void anythingElseIsRefused(String value) {
        assertThatThrownBy(() -> read(value, Map.of()))
                .hasMessageContaining("POLYFN_WORKERS=" + value + " must be auto or a number from 1 to 100");
    }

    private static Settings read(String workers, Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("POLYFN_WORKERS", workers);
        return Settings.read(new PlatformEnvironment(variables));
    }
}
