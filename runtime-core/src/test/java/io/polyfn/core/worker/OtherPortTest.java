package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OtherPortTest {
    private static final SocketAddress METRICS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9464);
    private static final SocketAddress APP = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080);

    private final OtherPort other = new OtherPort();

    @Test
    void countsWhenItHasBeenTheOnlyOneForAWhile() {
        assertThat(look(METRICS, 0, 300)).isFalse();
        assertThat(look(METRICS, 500, 310)).isFalse();
        assertThat(look(METRICS, 999, 320)).isFalse();
        assertThat(look(METRICS, 1000, 320)).isTrue();
    }

    @Test
    void countsLaterWhileTheProgramWorks() {
        assertThat(look(METRICS, 0, 300)).isFalse();
        assertThat(look(METRICS, 1000, 900)).isFalse();
        assertThat(look(METRICS, 2000, 1800)).isFalse();
        assertThat(look(METRICS, 2500, 1800)).isFalse();
        assertThat(look(METRICS, 3000, 1800)).isTrue();
    }

    @Test
    void countsAtLastForAProgramThatNeverRests() {
        for (int second = 0; second < 10; second++) {
            assertThat(look(METRICS, second * 1000, second * 1000)).isFalse();
        }
        assertThat(look(METRICS, 10_000, 10_000)).isTrue();
    }

    @Test
    void anotherOneBeginsAnew() {
        assertThat(look(METRICS, 0, 0)).isFalse();
        assertThat(look(APP, 1000, 0)).isFalse();
        assertThat(look(APP, 1500, 0)).isFalse();
        assertThat(look(APP, 2000, 0)).isTrue();
    }

    private boolean look(SocketAddress open, int millis, int cpuMillis) {
        return other.counts(
                open, Duration.ofMillis(cpuMillis), Duration.ofMillis(millis).toNanos());
    }
}
