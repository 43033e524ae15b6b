package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartBackOffTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void theFirstRestartComesAtOnceAndThePausesThenDoubleUpToTenSeconds() {
        List<Long> pauses = new ArrayList<>();
        RestartBackOff backOff = RestartBackOff.NONE;
        for (int i = 0; i < 10; i++) {
            backOff = backOff.afterExit(SHORT);
            pauses.add(backOff.pause().toMillis());
        }

        assertThat(pauses).containsExactly(0L, 100L, 200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 10_000L, 10_000L);
    }

    @Test
    void aThousandCrashesDoNotOverflow() {
        RestartBackOff backOff = new RestartBackOff(1000);

        assertThat(backOff.pause()).isEqualTo(Duration.ofSeconds(10));
        assertThat(new RestartBackOff(Integer.MAX_VALUE - 1).afterExit(SHORT).pause())
                .isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void aLongLifeEndsTheLoop() {
        RestartBackOff looping = new RestartBackOff(8);

        assertThat(looping.afterExit(Duration.ofMillis(29_999)).pause()).isEqualTo(Duration.ofSeconds(10));
        assertThat(looping.afterExit(Duration.ofSeconds(30)).pause()).isZero();
        assertThat(looping.afterExit(Duration.ofSeconds(30)).afterExit(SHORT).pause())
                .isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void nothingHasFailedAtTheStart() {
        assertThat(RestartBackOff.NONE.pause()).isZero();
    }
}
