package io.polyfn.core.telemetry;

import io.polyfn.core.telemetry.LogMarkers.Subject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogMarkersTest {
    private static final String ID = "1-67a59f35-150c1267-f381ba1c085c";

    private final List<String> writes = new ArrayList<>();
    private final LogMarkers markers = new LogMarkers(new OutputStream() {
        @Override
        public void write(int b) {
            throw new AssertionError("a marker must be one write, not one for each byte");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            writes.add(new String(bytes, offset, length, UTF_8));
        }
    });

    @ParameterizedTest
    @CsvSource({"INVOKE, Invoke", "INITIALIZE, Initialize", "PRE_FREEZE, PreFreeze", "PRE_STOP, PreStop"})
    void eachLineIsExactlyThePlatformsAndOneWrite(Subject subject, String label) {
        markers.start(subject, ID);
        markers.end(subject, ID, false);

        assertThat(writes)
                .containsExactly(
                        "FC " + label + " Start RequestId: " + ID + "\n",
                        "FC " + label + " End RequestId: " + ID + "\n");
    }

    @Test
    void aFailureIsSaidInTheEndLine() {
        markers.end(Subject.INVOKE, ID, true);

        assertThat(writes).containsExactly("FC Invoke End RequestId: " + ID + ", Error: Unhandled function error\n");
    }

    @Test
    void aClosedStandardOutputFailsNoInvocation() {
        LogMarkers broken = new LogMarkers(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        assertThatCode(() -> {
                    broken.start(Subject.INVOKE, ID);
                    broken.end(Subject.INVOKE, ID, false);
                })
                .doesNotThrowAnyException();
    }
}
