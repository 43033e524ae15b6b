package io.polyfn.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenPortTest {
    @Test
    void theDefaultIs9000() {
        assertThat(choose(Map.of())).isEqualTo(9000);
    }

    @Test
    void theFirstOfFourVariablesDecides() {
        Map<String, String> all =
                Map.of("POLYFN_PORT", "1", "FC_CUSTOM_LISTEN_PORT", "2", "FC_SERVER_PORT", "3", "PORT", "4");

        assertThat(choose(all)).isEqualTo(1);
        assertThat(choose(without(all, "POLYFN_PORT"))).isEqualTo(2);
        assertThat(choose(without(all, "POLYFN_PORT", "FC_CUSTOM_LISTEN_PORT"))).isEqualTo(3);
        assertThat(choose(Map.of("PORT", "4"))).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "undefined"})
    void aVariableWithoutAValueDoesNotDecide(String nothing) {
        assertThat(choose(Map.of("FC_CUSTOM_LISTEN_PORT", nothing, "PORT", "8080")))
                .isEqualTo(8080);
    }

    @Test
    void spaceAroundANumberDoesNoHarm() {
        assertThat(choose(Map.of("PORT", " 8080\n"))).isEqualTo(8080);
    }

    @Test
    void zeroAsksForAnyPort() {
        assertThat(choose(Map.of("POLYFN_PORT", "0"))).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "9000/tcp", "tcp://10.0.0.1:9000", "9e3", "99999999999"})
    void aValueThatIsNoPortIsNamedWithItsVariable(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> choose(Map.of("FC_SERVER_PORT", wrong)))
                .withMessageContaining("FC_SERVER_PORT=" + wrong);
    }

    @Test
    void aWrongValueFurtherDownDoesNotMatter() {
        assertThat(choose(Map.of("POLYFN_PORT", "8080", "PORT", "tcp://10.0.0.1:9000")))
                .isEqualTo(8080);
    }

    @Test
    void theBeanReadsPolyfnPortAsThePropertyThatItIsAndTheOthersAsVariables() {
        assertThat(bean(Map.of("polyfn.port", "8081", "PORT", "8082"))).isEqualTo(8081);
        assertThat(bean(Map.of("FC_CUSTOM_LISTEN_PORT", "8083", "PORT", "8082")))
                .isEqualTo(8083);
        assertThat(bean(Map.of())).isEqualTo(9000);
    }

    private static int bean(Map<String, String> properties) {
        return ListenPort.of(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build());
    }

    private static int choose(Map<String, String> environment) {
        return ListenPort.choose(environment::get);
    }

    private static Map<String, String> without(Map<String, String> all, String... names) {
        Map<String, String> rest = new java.util.HashMap<>(all);
        rest.keySet().removeAll(java.util.Set.of(names));
        return rest;
    }
}
