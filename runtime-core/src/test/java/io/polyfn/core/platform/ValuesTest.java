package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "500MS, PT0.5S",
        "30s, PT30S",
        "30S, PT30S",
        "2m, PT2M",
        "2M, PT2M",
        "1h, PT1H",
        "30, PT30S",
        "0, PT0S",
        "0ms, PT0S"
    })
    void aDurationHasAUnitOrIsInSeconds(String value, Duration expected) {
        assertThat(Values.duration(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "five",
                "s",
                "ms",
                "30 s",
                "30x",
                "1.5s",
                "1m30s",
                "9223372036854775807h",
                "99999999999999999999s"
            })
    void anotherFormIsNotADuration(String value) {
        assertWrong("POLYFN_TIMEOUT", value, Values::duration, "is not a duration: use 500ms, 30s or 2m");
    }

    @Test
    void aDurationCanBeTooShortOrTooLong() {
        assertWrong("POLYFN_GRACE", "-1", Values::duration, "must not be negative: use 500ms, 30s or 2m");
        assertWrong("POLYFN_GRACE", "-5ms", Values::duration, "must not be negative: use 500ms, 30s or 2m");
        assertWrong("POLYFN_TIMEOUT", "0", Values::positiveDuration, "must be more than 0: use 500ms, 30s or 2m");
        assertWrong("POLYFN_TIMEOUT", "87601h", Values::duration, "is too long: use 500ms, 30s or 2m");
    }

    @ParameterizedTest
    @CsvSource({
        "512K, 524288",
        "512k, 524288",
        "32M, 33554432",
        "1G, 1073741824",
        "1T, 1099511627776",
        "100, 100",
        "100B, 100",
        "0, 0"
    })
    void aSizeHasAUnitOrIsInBytes(String value, long expected) {
        assertThat(Values.size(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"big", "32X", "32MB", "M", "1.5M", "32 M", "9999999999T", "99999999999999999999"})
    void anotherFormIsNotASize(String value) {
        assertWrong("POLYFN_MAX_EVENT_SIZE", value, Values::size, "is not a size: use 512K, 32M or 1G");
    }

    @Test
    void aSizeIsNotNegative() {
        assertWrong("POLYFN_MAX_EVENT_SIZE", "-1", Values::size, "must not be negative: use 512K, 32M or 1G");
    }

    @Test
    void aCountIsZeroOrMore() {
        assertThat(Values.count("0")).isZero();
        assertThat(Values.count("100")).isEqualTo(100);
        assertWrong("POLYFN_QUEUE", "-1", Values::count, "must not be negative: use 0 or more, such as 10");
        assertWrong("POLYFN_QUEUE", "1.5", Values::count, "is not a whole number: use 0 or more, such as 10");
        assertWrong("POLYFN_QUEUE", "99999999999", Values::count, "is not a whole number: use 0 or more, such as 10");
    }

    @Test
    void aPortIsInItsRange() {
        assertThat(Values.port("0")).isZero();
        assertThat(Values.remotePort("65535")).isEqualTo(65535);
        assertWrong("PORT", "abc", Values::port, "is not a port: use a number from 0 to 65535");
        assertWrong("PORT", "65536", Values::port, "is not a port: use a number from 0 to 65535");
        assertWrong("POLYFN_WORKER_PORT", "0", Values::remotePort, "is not a port: use a number from 1 to 65535");
    }

    @ParameterizedTest
    @ValueSource(strings = {"index.handler", "src/index.handler", "src/a.b.handler"})
    void aHandlerIsAFileAndAnExport(String value) {
        assertThat(Values.handler(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foo", ".handler", "src/.handler", "index.", "src.x/index"})
    void anythingElseIsNotAHandler(String value) {
        assertWrong(
                "POLYFN_HANDLER", value, Values::handler, "is not a handler: use file.export, such as index.handler");
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "ON", "On"})
    void aChoiceIgnoresCase(String value) {
        assertThat(onOrOff(value)).isEqualTo(AutoSwitch.ON);
    }

    @Test
    void anotherWordIsNoChoice() {
        assertWrong("POLYFN_MANAGEMENT", "yes", ValuesTest::onOrOff, "must be auto, on or off");
    }

    private static AutoSwitch onOrOff(String value) {
        return Values.choice(List.of(AutoSwitch.values()), value);
    }

    private static void assertWrong(String name, String value, Function<String, ?> form, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Values.parse(name, value, form))
                .withMessage(name + '=' + value + ' ' + message);
    }
}
