package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenPortTest {
    @Test
    void withoutAVariableThePlatformDecides() {
        assertThat(choose(Map.of())).isEqualTo(new ListenPort(9000, "platform local"));
        assertThat(ListenPort.choose(new PlatformEnvironment(Map.of()), Platform.FUNCTIONGRAPH))
                .isEqualTo(new ListenPort(8000, "platform functiongraph"));
    }

    @Test
    void theFirstOfFiveVariablesDecides() {
        Map<String, String> variables = new TreeMap<>();
        int port = 1;
        for (String last : List.of("PORT", "AGENT_PORT", "FC_SERVER_PORT", "FC_CUSTOM_LISTEN_PORT", "POLYFN_PORT")) {
            variables.put(last, Integer.toString(port));

            assertThat(choose(variables)).isEqualTo(new ListenPort(port, last));
            port++;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "undefined"})
    void aVariableWithoutAValueDoesNotDecide(String nothing) {
        assertThat(choose(Map.of("FC_CUSTOM_LISTEN_PORT", nothing, "PORT", "8080")))
                .isEqualTo(new ListenPort(8080, "PORT"));
    }

    @Test
    void spaceAroundANumberIsIgnored() {
        assertThat(choose(Map.of("PORT", " 8080\n")).port()).isEqualTo(8080);
    }

    @Test
    void zeroIsForAnyFreePort() {
        assertThat(choose(Map.of("POLYFN_PORT", "0")).port()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "9000/tcp", "tcp://10.0.0.1:9000", "9e3", "99999999999"})
    void aWrongValueIsNamedWithItsVariable(String wrong) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> choose(Map.of("FC_SERVER_PORT", wrong)))
                .withMessage("FC_SERVER_PORT=" + wrong + " is not a port: use a number from 0 to 65535");
    }

    @Test
    void aWrongValueFurtherDownDoesNotMatter() {
        assertThat(choose(Map.of("POLYFN_PORT", "8080", "PORT", "tcp://10.0.0.1:9000"))
                        .port())
                .isEqualTo(8080);
    }

    private static ListenPort choose(Map<String, String> variables) {
        return ListenPort.choose(new PlatformEnvironment(variables), Platform.LOCAL);
    }
}
