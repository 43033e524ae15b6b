package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.testing.TestConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerConfigTest {
    @Test
    void everythingHasItsDefault() {
        WorkerConfig config = TestConfig.mapping(WorkerConfig.class, Map.of());

        assertThat(config.startTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.link()).isEmpty();
        assertThat(config.workerPort()).isEmpty();
        assertThat(config.grace()).isEqualTo(Duration.ofSeconds(9));
        assertThat(WorkerConfig.class.getDeclaredMethods())
                .as("every property is in this test and the next")
                .hasSize(4);
    }

    @Test
    void everythingCanBeSet() {
        WorkerConfig config = TestConfig.mapping(
                WorkerConfig.class,
                Map.of(
                        "polyfn.link",
                        "pull",
                        "polyfn.start-timeout",
                        "500ms",
                        "polyfn.worker-port",
                        "9000",
                        "polyfn.grace",
                        "90s"));

        assertThat(config.startTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.link()).hasValue(WorkerConfig.Link.PULL);
        assertThat(config.workerPort()).hasValue(9000);
        assertThat(config.grace()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void aBareNumberIsSeconds() {
        assertThat(TestConfig.mapping(WorkerConfig.class, Map.of("polyfn.grace", "30"))
                        .grace())
                .isEqualTo(Duration.ofSeconds(30));
    }
}
