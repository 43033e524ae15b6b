package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.link.push.Silence.Since;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SilenceTest {
    private long nanos = 5;
    private final Silence silence = new Silence(() -> nanos);

    @Test
    void severalDeadlinesAndThreeSecondsWithoutAWordAreTooLong() {
        assertThat(missAfter(1000)).isFalse();
        assertThat(missAfter(1000)).isFalse();
        assertThat(missAfter(1000)).isTrue();
    }

    @Test
    void oneDeadlineIsNotHoweverLongItTakes() {
        assertThat(missAfter(60_000)).isFalse();
        assertThat(missAfter(1)).isTrue();
    }

    @Test
    void manyShortDeadlinesAtOnceAreNot() {
        for (int i = 0; i < 100; i++) {
            assertThat(missAfter(1)).isFalse();
        }
    }

    @Test
    void whoSaysAnythingIsNotStuck() {
        Since slow = silence.begin();
        Since slowToo = silence.begin();
        pass(5000);
        silence.broken();

        assertThat(silence.isTooLong(slow)).isFalse();
        assertThat(silence.isTooLong(slowToo)).isFalse();
        assertThat(missAfter(2000)).isFalse();
        silence.broken();
        assertThat(missAfter(2000)).isFalse();
        assertThat(missAfter(2000)).isTrue();
    }

    private boolean missAfter(long millis) {
        Since handedOver = silence.begin();
        pass(millis);
        return silence.isTooLong(handedOver);
    }

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
