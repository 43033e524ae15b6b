package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.ingress.InFlight.Abortable;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives up callers that keep others waiting: one that stalls in the middle of its upload, or does not read its response, while others wait
 * for its place in the worker. A caller that holds nobody up may be as slow as it likes. Confined to the event loop.
 */
final class SlowCallers {
    private static final long TICK_MILLIS = 1000;
    /** What is moved earns time, so that a slow caller is not taken for a stalled one. */
    private static final long BYTES_PER_MILLI = 32;

    private final Vertx vertx;
    private final InFlight inFlight;
    private final long limit;
    private long patience;
    private boolean ticking;
    private Map<Abortable, Pace> slow = new HashMap<>();

    /** @param limit how long a caller may keep others waiting */
    SlowCallers(Vertx vertx, InFlight inFlight, Duration limit) {
        this.vertx = vertx;
        this.inFlight = inFlight;
        this.limit = Math.max(1, limit.toMillis());
        this.patience = this.limit;
    }

    /** To be called when an invocation begins. Without a second one nobody waits, and nothing ticks. */
    void watch() {
        if (!ticking && inFlight.count() > 1) {
            ticking = true;
            vertx.setTimer(Math.min(limit, TICK_MILLIS), due -> tick(Math.min(limit, TICK_MILLIS)));
        }
    }

    private void tick(long millis) {
        ticking = false;
        look(millis);
        watch();
    }

    /** Looks at all callers after so many milliseconds. */
    void look(long millis) {
        Map<Abortable, Pace> still = new HashMap<>();
        List<Abortable> stalled = new ArrayList<>();
        // A copy: to look whether a caller reads may show that it is gone.
        for (Abortable one : List.copyOf(inFlight.all())) {
            if (one.keepsOthersWaiting()) {
                Pace pace = slow.getOrDefault(one, new Pace(patience, one.bytesMoved()));
                Pace now = pace.after(millis, one.bytesMoved(), limit);
                still.put(one, now);
                if (now.left() <= 0) {
                    stalled.add(one);
                }
            }
        }
        slow = still;
        // Many stalled callers, one after the other, must not add up: each shortens the time of those that follow.
        patience = stalled.isEmpty() ? Math.min(limit, patience + (still.isEmpty() ? millis : 0)) : patience / 2;
        stalled.forEach(one -> one.abort(new InvocationFailure(
                FailureCode.CALLER_TOO_SLOW,
                "the caller sent or read too little while others waited for the worker; POLYFN_CALLER_TIMEOUT, %d ms, is the limit"
                        .formatted(limit))));
    }

    /** The time that a caller has left, and the bytes that it had moved when that was counted. */
    private record Pace(long left, long moved) {
        Pace after(long millis, long movedNow, long most) {
            return new Pace(Math.min(most, left + (movedNow - moved) / BYTES_PER_MILLI) - millis, movedNow);
        }
    }
}
