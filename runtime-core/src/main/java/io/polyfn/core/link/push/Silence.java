package io.polyfn.core.link.push;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Decides when a worker is stuck, in a busy loop or stopped: nothing at all has come from it while the deadlines of several invocations
 * passed. One that responds to others is slow with one invocation, not stuck. Without deadlines nothing can be concluded from silence.
 */
final class Silence {
    /** As on the pull link: no worker is judged during the first seconds of an invocation. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final int ENOUGH = 2;

    private final LongSupplier nanoTime;
    private long heard;
    private int missed;
    private long sinceNanos;

    Silence(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** An invocation goes to the worker. */
    Since begin() {
        return new Since(heard, nanoTime.getAsLong());
    }

    /** The worker has sent something, whatever it is. */
    void broken() {
        heard++;
        missed = 0;
    }

    /** The deadline of an invocation has passed; whether the worker is stuck. */
    boolean isTooLong(Since handedOver) {
        if (handedOver.heard() != heard) {
            return false;
        }
        sinceNanos = missed == 0 ? handedOver.nanos() : Math.min(sinceNanos, handedOver.nanos());
        missed++;
        return missed >= ENOUGH && nanoTime.getAsLong() - sinceNanos >= PATIENCE_NANOS;
    }

    /**
     * When an invocation was handed over.
     *
     * @param heard what the worker had sent by then
     */
    record Since(long heard, long nanos) {}
}
