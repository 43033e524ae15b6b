package io.polyfn.core.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.memory.ByteBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventsTest {
    private static final ByteBudget MEMORY = new ByteBudget(1L << 30);

    private final CloudEvents events = new CloudEvents(true, 32 * 1024 * 1024, MEMORY);

    @Test
    void anEventMayHaveAsMuchAsTheCoreCanHold() {
        assertThat(events.limit()).isEqualTo(2 * 1024 * 1024);
        assertThat(new CloudEvents(true, 1024, MEMORY).limit()).isEqualTo(1024);
    }

    @Test
    void allOfThemTogetherMayHaveFourTimesThat() {
        for (int i = 0; i < 4; i++) {
            events.hold(CloudEvents.MAX_BYTES);
        }

        assertThatThrownBy(() -> events.hold(1))
                .isInstanceOfSatisfying(
                        InvocationFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.TOO_MANY_INVOCATIONS));
        events.release(CloudEvents.MAX_BYTES);
        events.hold(1);
    }

    @ParameterizedTest
    @CsvSource({
        "application/cloudevents+json, STRUCTURED",
        "Application/CloudEvents+JSON; charset=utf-8, STRUCTURED",
        "application/cloudevents-batch+json, BATCH",
        "application/json, BINARY",
        ", BINARY"
    })
    void theContentTypeTellsTheMode(String contentType, CloudEventMode mode) {
        assertThat(CloudEventMode.of(contentType)).isEqualTo(mode);
    }

    @Test
    void anotherFormatIsNamed() {
        assertThatThrownBy(() -> CloudEventMode.of("application/cloudevents+xml"))
                .hasMessageContaining("application/cloudevents+xml", "application/cloudevents+json");
    }
}
