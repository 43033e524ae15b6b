package io.polyfn.core.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.testing.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SlowCallersTest {
    private static final int SECOND = 1000;

    private final Loop loop = new Loop();
    private final InFlight inFlight = new InFlight();
    private final SlowCallers slow = new SlowCallers(loop.vertx(), inFlight, Duration.ofSeconds(30));

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void oneThatKeepsOthersWaitingIsGivenUpAfterTheLimit() {
        One stalled = new One(true);
        One running = new One(false);

        look(29);
        assertThat(stalled.failures).isEmpty();
        look(1);

        assertThat(stalled.failures).extracting(InvocationFailure::code).containsExactly(FailureCode.CALLER_TOO_SLOW);
        assertThat(running.failures).isEmpty();
    }

    @Test
    void oneThatNobodyWaitsForMayBeAsSlowAsItLikes() {
        One alone = new One(false);

        look(10_000);

        assertThat(alone.failures).isEmpty();
    }

    @Test
    void timeCountsOnlyWhileOthersWait() {
        One caller = new One(true);
        look(29);
        caller.waiting = false;
        look(1);
        caller.waiting = true;

        look(29);

        assertThat(caller.failures).isEmpty();
    }

    @Test
    void whatIsMovedEarnsTime() {
        One slowButSteady = new One(true);
        One dripping = new One(true);

        for (int second = 0; second < 100; second++) {
            slowButSteady.moved += 40_000;
            dripping.moved += 1;
            look(1);
        }

        assertThat(slowButSteady.failures).isEmpty();
        assertThat(dripping.failures).isNotEmpty();
    }

    @Test
    void aStoreOfTimeIsNoLargerThanTheLimit() {
        One fastThenStalled = new One(true);
        look(1);
        fastThenStalled.moved = 1_000_000_000;
        look(29);

        assertThat(fastThenStalled.failures).isEmpty();
        look(1);

        assertThat(fastThenStalled.failures).isNotEmpty();
    }

    @Test
    void manyOneAfterTheOtherDoNotAddUp() {
        int seconds = 0;
        for (int i = 0; i < 20; i++) {
            One stalled = new One(true);
            for (; stalled.failures.isEmpty(); seconds++) {
                look(1);
            }
            inFlight.ended(stalled);
        }

        assertThat(seconds).isLessThan(30 + 30 + 20);
        look(30);
        One later = new One(true);
        look(29);
        assertThat(later.failures).as("the time comes back when nobody stalls").isEmpty();
    }

    private void look(int seconds) {
        for (int i = 0; i < seconds; i++) {
            slow.look(SECOND);
        }
    }

    /** To ask whether a connection takes more may show that it is gone. */
    @Test
    void oneThatEndsWhileItIsLookedAtHidesNoOther() {
        for (int i = 0; i < 5; i++) {
            InFlight.Abortable gone = new InFlight.Abortable() {
                @Override
                public void abort(InvocationFailure failure) {}

                @Override
                public boolean keepsOthersWaiting() {
                    inFlight.ended(this);
                    return false;
                }
            };
            inFlight.began(gone);
        }
        One stalled = new One(true);

        look(30);

        assertThat(stalled.failures).hasSize(1);
    }

    /** Something in flight. */
    private final class One implements InFlight.Abortable {
        private final List<InvocationFailure> failures = new ArrayList<>();
        private boolean waiting;
        private long moved;

        One(boolean waiting) {
            this.waiting = waiting;
            inFlight.began(this);
        }

        @Override
        public void abort(InvocationFailure failure) {
            failures.add(failure);
        }

        @Override
        public boolean keepsOthersWaiting() {
            return waiting;
        }

        @Override
        public long bytesMoved() {
            return moved;
        }
    }
}
