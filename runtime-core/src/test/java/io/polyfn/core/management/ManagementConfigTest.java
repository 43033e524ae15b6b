package io.polyfn.core.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.management.ManagementConfig.Switch;
import io.polyfn.core.testing.TestConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementConfigTest {
    @Test
    void everythingHasItsDefault() {
        ManagementConfig config = TestConfig.mapping(ManagementConfig.class, Map.of());

        assertThat(config.management()).isEqualTo(Switch.ON);
        assertThat(config.managementPort()).isEqualTo(9001);
        assertThat(ManagementConfig.class.getDeclaredMethods())
                .as("every property is in this test and the next")
                .hasSize(2);
    }

    @Test
    void everythingCanBeSet() {
        ManagementConfig config = TestConfig.mapping(
                ManagementConfig.class, Map.of("polyfn.management", "off", "polyfn.management-port", "9091"));

        assertThat(config.management()).isEqualTo(Switch.OFF);
        assertThat(config.managementPort()).isEqualTo(9091);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "ON", "On"})
    void theSwitchDoesNotMindItsCase(String on) {
        assertThat(TestConfig.mapping(ManagementConfig.class, Map.of("polyfn.management", on))
                        .management())
                .isEqualTo(Switch.ON);
    }
}
