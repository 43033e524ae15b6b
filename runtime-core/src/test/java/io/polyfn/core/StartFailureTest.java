package io.polyfn.core;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFailureTest {
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
        assertThat(reasons(Map.of(variable, value)))
                .singleElement(as(InstanceOfAssertFactories.STRING))
                .contains(variable)
                .contains(value)
                .doesNotContain(" " + property)
                .doesNotContain("POLYFN_CORE_");
    }

    @Test
    void everyWrongValueIsNamed() {
        assertThat(reasons(Map.of("POLYFN_QUEUE", "x", "POLYFN_GRACE", "y"))).hasSize(2);
    }

    @Test
    void whatBrokeInsideIsSaidWithoutTheLayersAroundIt() {
        Throwable failure = new IllegalStateException(
                "Failed to start",
                new IllegalStateException("cannot listen on 9001", new IOException("Address already in use")));

        assertThat(StartFailure.reasons(failure))
                .singleElement(as(InstanceOfAssertFactories.STRING))
                .startsWith("cannot listen on 9001: Address already in use; ")
                .contains("POLYFN_MANAGEMENT_PORT");
        assertThat(StartFailure.reasons(new IllegalStateException("BUG")))
                .containsExactly("java.lang.IllegalStateException: BUG");
    }

    @Test
    void aPropertyAtTheEndOfASentenceKeepsItsFullStop() {
        assertThat(StartFailure.inVariables("look at polyfn.max-event-size."))
                .isEqualTo("look at POLYFN_MAX_EVENT_SIZE.");
    }

    @Test
    void whatIsNoPropertyStaysAsItIs() {
        assertThat(StartFailure.inVariables("class io.polyfn.core.Main")).isEqualTo("class io.polyfn.core.Main");
    }

    private static List<String> reasons(Map<String, String> environment) {
        return StartFailure.reasons(catchThrowable(() -> Settings.read(environment)));
    }
}
