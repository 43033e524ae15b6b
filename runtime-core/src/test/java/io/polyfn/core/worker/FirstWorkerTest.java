package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.platform.PlatformEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FirstWorkerTest {
    @Test
    void isTheChildThatTheEntrypointNames() throws IOException {
        Process child = new ProcessBuilder("sleep", "987").start();
        try {
            Optional<FirstWorker> first = of(child.pid() + " w-1 /tmp/polyfn-w-1");

            assertThat(first)
                    .contains(new FirstWorker(
                            child.toHandle(),
                            "w-1",
                            Path.of("/tmp/polyfn-w-1/worker.sock"),
                            Path.of("/tmp/polyfn-w-1/core.sock")));
        } finally {
            child.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "undefined", "1", "1 w-1 /tmp/f", "x w-1 /tmp/f", "99999999999 w-1 /tmp/f", "1 2 3 4"})
    void isNoProcessOfAnybodyElse(String value) {
        assertThat(of(value)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0x0000, 0", "0x0300, 3", "0xff00, 255", "0x0009, 137", "0x008b, 139"})
    void itsExitCodeIsThatOfAShell(String status, int code) {
        assertThat(AdoptedProcess.ofStatus(Integer.decode(status))).isEqualTo(code);
    }

    private static Optional<FirstWorker> of(String value) {
        return FirstWorker.of(new PlatformEnvironment(Map.of(FirstWorker.VARIABLE, value)));
    }
}
