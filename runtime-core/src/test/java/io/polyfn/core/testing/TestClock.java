package io.polyfn.core.testing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Two clocks under the test's control, as a machine has them: one that only goes on, and the time of day. */
public final class TestClock {
    // The first may start anywhere, also just before it overflows.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000);
    private final AtomicLong millis = new AtomicLong(1_000_000_000_000L);

    public long nanoTime() {
        return nanos.get();
    }

    public long currentTimeMillis() {
        return millis.get();
    }

    /** Time goes on. */
    public void advance(Duration by) {
        nanos.addAndGet(by.toNanos());
        millis.addAndGet(by.toMillis());
    }

    /** The machine was suspended: the clock that only goes on stood still meanwhile. */
    public void suspend(Duration by) {
        millis.addAndGet(by.toMillis());
    }

    /** Somebody set the time of day back. */
    public void setBack(Duration by) {
        millis.addAndGet(-by.toMillis());
    }
}
