package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.platform.PlatformEnvironment;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnknownSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "POLYFN_TIMOUT, POLYFN_TIMEOUT",
        "POLYFN_MAX_EVENTSIZE, POLYFN_MAX_EVENT_SIZE",
        "POLYFN_MANAGMENT_PORT, POLYFN_MANAGEMENT_PORT",
        "POLYFN_SIGNTURE, POLYFN_SIGNATURE"
    })
    void aMisspelledNameIsReportedWithTheNearestKnownOne(String unknown, String known) {
        assertThat(UnknownSettings.warnings(new PlatformEnvironment(Map.of(unknown, "1"))))
                .containsExactly("unknown setting " + unknown + ": did you mean " + known + '?');
    }

    @Test
    void aNameNearNoKnownOneIsReportedAlone() {
        assertThat(UnknownSettings.warnings(new PlatformEnvironment(Map.of("POLYFN_SOMETHING_ELSE", "1"))))
                .containsExactly("unknown setting POLYFN_SOMETHING_ELSE is ignored");
    }

    @Test
    void everyUnknownNameIsReported() {
        assertThat(UnknownSettings.warnings(new PlatformEnvironment(Map.of("POLYFN_GRASE", "1", "POLYFN_B", ""))))
                .hasSize(2);
    }

    @Test
    void knownAndOtherNamesAreNotReported() {
        Map<String, String> environment = new TreeMap<>();
        Setting.ALL.forEach(setting -> environment.put(setting.name(), ""));
        environment.put("POLYFN_SOCKET", "/tmp/worker.sock");
        environment.put("POLYFN_WORKER_ID", "7-1");
        environment.put("POLYFN_VERSION", "0.1.0");
        environment.put("PATH", "/bin");
        environment.put("MY_POLYFN_TIMOUT", "1");

        assertThat(UnknownSettings.warnings(new PlatformEnvironment(environment)))
                .isEmpty();
    }

    /** As in a Pod beside a Service named {@code polyfn-demo}. */
    @Test
    void kubernetesServiceLinksAreNotReported() {
        assertThat(UnknownSettings.warnings(new PlatformEnvironment(Map.of(
                        "POLYFN_DEMO_SERVICE_HOST", "10.0.0.1",
                        "POLYFN_DEMO_SERVICE_PORT", "80",
                        "POLYFN_DEMO_SERVICE_PORT_HTTP", "80",
                        "POLYFN_DEMO_PORT", "tcp://10.0.0.1:80",
                        "POLYFN_DEMO_PORT_80_TCP", "tcp://10.0.0.1:80",
                        "POLYFN_DEMO_PORT_80_TCP_ADDR", "10.0.0.1"))))
                .isEmpty();
    }
}
