package io.polyfn.core.telemetry;

import io.polyfn.core.platform.LogText;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * One line for each failed call: code, kind and path, duration, worker if there are several, request id, and reason.
 *
 * <p>Under overload every caller may be rejected, so lines are limited to some per second; those left out are counted.
 */
public final class FailureLog implements InvocationListener {
    private static final Logger LOG = Logger.getLogger(FailureLog.class);
    private static final int MAX_LINES_PER_SECOND = 50;

    private final LongSupplier nanoTime;
    private long second;
    private int lines;
    private long leftOut;

    public FailureLog() {
        this(System::nanoTime);
    }

    FailureLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void ended(Call call, Outcome outcome) {
        if (!outcome.succeeded() && mayWrite()) {
            LOG.warn(line(call, outcome));
        }
    }

    private boolean mayWrite() {
        long now = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong());
        if (now != second) {
            if (leftOut > 0) {
                LOG.warnf("%d more failures in that second", leftOut);
            }
            second = now;
            lines = 0;
            leftOut = 0;
        }
        if (++lines <= MAX_LINES_PER_SECOND) {
            return true;
        }
        leftOut++;
        return false;
    }

    /** A reason may quote many lines of the worker's standard error, which are in the log already. */
    static String line(Call call, Outcome outcome) {
        String traceparent = call.traceparent();
        return "%s: %s %s failed after %d ms%s, request id %s%s: %s"
                .formatted(
                        outcome.code(),
                        call.kind(),
                        LogText.oneLine(call.path()),
                        TimeUnit.NANOSECONDS.toMillis(call.elapsedNanos()),
                        call.worker() == null ? "" : " in " + call.worker(),
                        LogText.oneLine(call.requestId()),
                        traceparent == null ? "" : ", traceparent " + LogText.oneLine(traceparent),
                        LogText.oneLine(String.valueOf(outcome.reason())
                                .lines()
                                .findFirst()
                                .orElse("")));
    }
}
