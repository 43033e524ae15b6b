package io.polyfn.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.polyfn.core.testing.TestConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvocationConfigTest {
    @Test
    void everythingHasItsDefault() {
        InvocationConfig config = TestConfig.mapping(InvocationConfig.class, Map.of());

        assertThat(config.port()).isEmpty();
        assertThat(config.timeout()).isEmpty();
        assertThat(config.maxEventSize().asLongValue()).isEqualTo(32 * 1024 * 1024);
        assertThat(config.maxBodySize()).isEmpty();
        assertThat(config.concurrency()).isZero();
        assertThat(config.queue()).isZero();
        assertThat(config.cloudevents()).isEqualTo(InvocationConfig.Switch.OFF);
        assertThat(config.signature()).isEmpty();
        assertThat(InvocationConfig.class.getDeclaredMethods())
                .as("every property is in this test and the next")
                .hasSize(8);
    }

    @Test
    void everythingCanBeSet() {
        InvocationConfig config = TestConfig.mapping(
                InvocationConfig.class,
                Map.of(
                        "polyfn.port", "8080",
                        "polyfn.timeout", "90s",
                        "polyfn.max-event-size", "1K",
                        "polyfn.max-body-size", "2G",
                        "polyfn.concurrency", "10",
                        "polyfn.queue", "20",
                        "polyfn.cloudevents", "on",
                        "polyfn.signature", "event"));

        assertThat(config.port()).hasValue(8080);
        assertThat(config.timeout()).contains(Duration.ofSeconds(90));
        assertThat(config.maxEventSize().asLongValue()).isEqualTo(1024);
        assertThat(config.maxBodySize().map(size -> size.asLongValue())).contains(2L * 1024 * 1024 * 1024);
        assertThat(config.concurrency()).isEqualTo(10);
        assertThat(config.queue()).isEqualTo(20);
        assertThat(config.cloudevents()).isEqualTo(InvocationConfig.Switch.ON);
        assertThat(config.signature()).contains("event");
    }

    @Test
    void aNegativeLimitIsNamedInsteadOfRejectingEveryInvocation() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter(Map.of("polyfn.concurrency", "-1")))
                .withMessageContaining("POLYFN_CONCURRENCY=-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter(Map.of("polyfn.concurrency", "1", "polyfn.queue", "-2")))
                .withMessageContaining("POLYFN_QUEUE=-2");
    }

    private static ConcurrencyLimiter limiter(Map<String, String> properties) {
        return new ConcurrencyLimiter(TestConfig.mapping(InvocationConfig.class, properties));
    }
}
