package io.polyfn.core.worker;

import java.time.Duration;

/**
 * The pause before a worker is restarted: none after a long run, then twice as long each time, up to a bound.
 *
 * @param failures how many workers in a row exited soon after their start
 */
record RestartBackOff(int failures) {
    static final RestartBackOff NONE = new RestartBackOff(0);

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    /** A worker that ran this long is not part of a crash loop. */
    private static final Duration LONG_LIFE = Duration.ofSeconds(30);

    /** The state after a worker has exited. */
    RestartBackOff afterExit(Duration uptime) {
        return uptime.compareTo(LONG_LIFE) >= 0 ? new RestartBackOff(1) : new RestartBackOff(failures + 1);
    }

    /** The pause before the next start: nothing for the first, 100 ms for the second, then doubling up to 10 s. */
    Duration pause() {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(failures - 2, 10));
        return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
    }
}
