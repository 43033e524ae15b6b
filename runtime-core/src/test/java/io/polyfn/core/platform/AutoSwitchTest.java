package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutoSwitchTest {
    @ParameterizedTest
    @CsvSource({
        "AUTO, true, true",
        "AUTO, false, false",
        "ON, true, true",
        "ON, false, true",
        "OFF, true, false",
        "OFF, false, false"
    })
    void thePlatformDecidesUnlessTheUserDoes(AutoSwitch value, boolean automatic, boolean expected) {
        assertThat(value.isOn(automatic)).isEqualTo(expected);
    }
}
