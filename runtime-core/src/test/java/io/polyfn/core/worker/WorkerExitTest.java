package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerExitTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0   | exit code 0",
                "3   | exit code 3",
                "128 | exit code 128",
                "129 | signal 1 (SIGHUP), exit code 129",
                "134 | signal 6 (SIGABRT), exit code 134",
                "137 | signal 9 (SIGKILL), exit code 137",
                "139 | signal 11 (SIGSEGV), exit code 139",
                "143 | signal 15 (SIGTERM), exit code 143",
                "144 | exit code 144",
                "255 | exit code 255",
            })
    void namesTheCodeAndTheSignal(int code, String description) {
        assertThat(new WorkerExit(code, "").describe()).isEqualTo(description);
    }

    @Test
    void quotesTheEndOfStandardErrorWithoutSpaceAroundIt() {
        assertThat(new WorkerExit(1, "\nError: no such module\n    at index.js:1\n\n").describe())
                .isEqualTo("exit code 1; its last lines on stderr: Error: no such module\n    at index.js:1");
    }

    @Test
    void blankStandardErrorIsNotQuoted() {
        assertThat(new WorkerExit(1, " \n").describe()).isEqualTo("exit code 1");
    }
}
