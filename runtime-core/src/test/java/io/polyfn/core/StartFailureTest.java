package io.polyfn.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.polyfn.core.platform.PlatformEnvironment;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFailureTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POLYFN_PORT            | nine  | is not a port: use a number from 0 to 65535
            PORT                   | abc   | is not a port: use a number from 0 to 65535
            AGENT_PORT             | 70000 | is not a port: use a number from 0 to 65535
            POLYFN_PLATFORM        | aws   | must be fc3, fc2, lambda, scf, functiongraph, knative, kubernetes or local
            POLYFN_TIMEOUT         | five  | is not a duration: use 500ms, 30s or 2m
            POLYFN_TIMEOUT         | 0     | must be more than 0: use 500ms, 30s or 2m
            POLYFN_MAX_EVENT_SIZE  | 32X   | is not a size: use 512K, 32M or 1G
            POLYFN_MAX_BODY_SIZE   | -1    | must not be negative: use 512K, 32M or 1G
            POLYFN_CONCURRENCY     | many  | is not a whole number: use 0 or more, such as 10
            POLYFN_QUEUE           | -1    | must not be negative: use 0 or more, such as 10
            POLYFN_CLOUDEVENTS     | yes   | must be on or off
            POLYFN_START_TIMEOUT   | soon  | is not a duration: use 500ms, 30s or 2m
            POLYFN_LINK            | http  | must be push or pull
            POLYFN_WORKER_PORT     | 0     | is not a port: use a number from 1 to 65535
            POLYFN_DRAIN_DELAY     | long  | is not a duration: use 500ms, 30s or 2m
            POLYFN_GRACE           | -1    | must not be negative: use 500ms, 30s or 2m
            POLYFN_MARKERS         | true  | must be auto, on or off
            POLYFN_MANAGEMENT      | yes   | must be auto, on or off
            POLYFN_MANAGEMENT_PORT | 70000 | is not a port: use a number from 0 to 65535
            POLYFN_CONSOLE         | 1     | must be auto, on or off
            POLYFN_HANDLER         | foo   | is not a handler: use file.export, such as index.handler
            POLYFN_SIGNATURE       | evnt  | must be event, http or fetch
            """)
    void aWrongValueIsNamedWithItsVariableAndAValidExample(String variable, String value, String message) {
        assertThat(reasons(Map.of(variable, value))).containsExactly(variable + '=' + value + ' ' + message);
    }

    @Test
    void everyWrongValueIsNamed() {
        assertThat(reasons(Map.of("POLYFN_QUEUE", "x", "POLYFN_GRACE", "y", "PORT", "z", "POLYFN_PLATFORM", "p")))
                .hasSize(4);
    }

    @Test
    void anInnerFailureIsPrintedWithoutTheLayersAroundIt() {
        Throwable failure = new IllegalStateException(
                "Failed to start",
                new IllegalStateException("cannot listen on 9001", new IOException("Address already in use")));

        assertThat(StartFailure.reasons(failure)).containsExactly("cannot listen on 9001: Address already in use");
        assertThat(StartFailure.reasons(new IllegalStateException("BUG")))
                .containsExactly("java.lang.IllegalStateException: BUG");
    }

    @Test
    void aControlPlaneThatCannotBeStartedTellsWhatItLacked() {
        Throwable inUse = new IOException("bind(..) failed with error(-98): Address already in use");

        assertThat(StartFailure.ofControlPlane(new IllegalStateException("Failed to start", inUse), 9001))
                .startsWith("port 9001: ")
                .contains("Address already in use")
                .endsWith("POLYFN_MANAGEMENT_PORT sets another");
        assertThat(StartFailure.ofControlPlane(new IOException("Too many open files"), 9001))
                .doesNotContain("9001")
                .contains("Too many open files");
    }

    private static List<String> reasons(Map<String, String> environment) {
        return StartFailure.reasons(catchThrowable(() -> Settings.read(new PlatformEnvironment(environment))));
    }
}
