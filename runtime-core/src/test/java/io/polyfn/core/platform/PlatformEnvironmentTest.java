package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformEnvironmentTest {
    @Test
    void aValueComesWithoutTheSpaceAroundIt() {
        PlatformEnvironment environment = new PlatformEnvironment(Map.of("PORT", " 8080\n"));

        assertThat(environment.get("PORT")).isEqualTo("8080");
        assertThat(environment.get("PORT", "9000")).isEqualTo("8080");
        assertThat(environment.has("PORT")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "undefined", " undefined\t"})
    void blankAndUndefinedAreUnset(String nothing) {
        assertUnset(new PlatformEnvironment(Map.of("PORT", nothing)));
    }

    @Test
    void absentIsUnset() {
        assertUnset(new PlatformEnvironment(Map.of("port", "8080")));
    }

    private static void assertUnset(PlatformEnvironment environment) {
        assertThat(environment.get("PORT")).isNull();
        assertThat(environment.get("PORT", "9000")).isEqualTo("9000");
        assertThat(environment.has("PORT")).isFalse();
    }
}
