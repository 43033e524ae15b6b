package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.polyfn.core.invocation.InvocationConfig;
import io.polyfn.core.management.ManagementConfig;
import io.polyfn.core.testing.TestConfig;
import io.polyfn.core.worker.WorkerConfig;
import io.smallrye.config.ConfigValidationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationErrorTest {
    @ParameterizedTest
    @CsvSource({
        "polyfn.port,            POLYFN_PORT,            nine thousand",
        "polyfn.timeout,         POLYFN_TIMEOUT,         1 fortnight",
        "polyfn.max-event-size,  POLYFN_MAX_EVENT_SIZE,  large",
        "polyfn.max-body-size,   POLYFN_MAX_BODY_SIZE,   32MB",
        "polyfn.concurrency,     POLYFN_CONCURRENCY,     many",
        "polyfn.queue,           POLYFN_QUEUE,           1.5",
        "polyfn.start-timeout,   POLYFN_START_TIMEOUT,   soon",
        "polyfn.worker-port,     POLYFN_WORKER_PORT,     tcp://9000",
        "polyfn.grace,           POLYFN_GRACE,           some",
        "polyfn.management,      POLYFN_MANAGEMENT,      maybe",
        "polyfn.management-port, POLYFN_MANAGEMENT_PORT, 9001/tcp",
    })
    void aWrongValueIsNamedWithItsVariable(String property, String variable, String value) {
        ConfigValidationException invalid = catchThrowableOfType(
                ConfigValidationException.class,
                () -> TestConfig.of(
                        Map.of(property, value), InvocationConfig.class, WorkerConfig.class, ManagementConfig.class));

        assertThat(invalid.getProblemCount()).isEqualTo(1);
        assertThat(ConfigurationError.inVariables(invalid.getProblem(0).getMessage()))
                .contains(variable)
                .contains(value)
                .doesNotContain(" " + property)
                .doesNotContain("POLYFN_CORE_");
    }

    @Test
    void everyWrongValueIsNamed() {
        ConfigValidationException invalid = catchThrowableOfType(
                ConfigValidationException.class,
                () -> TestConfig.of(
                        Map.of("polyfn.queue", "x", "polyfn.grace", "y"), InvocationConfig.class, WorkerConfig.class));

        assertThat(invalid.getProblemCount()).isEqualTo(2);
    }

    @Test
    void aPropertyAtTheEndOfASentenceKeepsItsFullStop() {
        assertThat(ConfigurationError.inVariables("look at polyfn.max-event-size."))
                .isEqualTo("look at POLYFN_MAX_EVENT_SIZE.");
    }

    @Test
    void whatIsNoPropertyStaysAsItIs() {
        assertThat(ConfigurationError.inVariables("class io.polyfn.core.Main")).isEqualTo("class io.polyfn.core.Main");
    }
}
