package io.polyfn.core.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight inFlight = new InFlight();
    private final List<InvocationFailure> aborted = new ArrayList<>();

    @Test
    void withNothingInFlightItIsDrainedAtOnce() {
        assertThat(inFlight.drain().succeeded()).isTrue();
    }

    @Test
    void itIsDrainedWhenTheLastOneHasEnded() {
        InFlight.Abortable first = aborted::add;
        InFlight.Abortable second = failure -> aborted.add(failure);
        inFlight.began(first);
        inFlight.began(second);

        Future<Void> drained = inFlight.drain();
        inFlight.ended(first);
        inFlight.ended(first);
        assertThat(drained.isComplete()).isFalse();
        inFlight.ended(second);

        assertThat(drained.succeeded()).isTrue();
        assertThat(aborted).isEmpty();
    }

    @Test
    void oneThatBeginsDuringTheDrainIsNotWaitedFor() {
        InFlight.Abortable first = aborted::add;
        InFlight.Abortable late = failure -> aborted.add(failure);
        inFlight.began(first);
        Future<Void> drained = inFlight.drain();
        inFlight.began(late);

        inFlight.ended(first);

        assertThat(drained.succeeded()).isTrue();
        assertThat(inFlight.count()).isOne();
    }

    @Test
    void whatIsLeftIsFailedEachOnceAlsoWhenItEndsInThat() {
        InvocationFailure failure = new InvocationFailure(FailureCode.DRAINING, "the grace period is over");
        for (int i = 0; i < 3; i++) {
            inFlight.began(new InFlight.Abortable() {
                @Override
                public void abort(InvocationFailure reason) {
                    aborted.add(reason);
                    inFlight.ended(this);
                }
            });
        }
        Future<Void> drained = inFlight.drain();

        inFlight.failAll(failure);
        inFlight.failAll(failure);

        assertThat(aborted).containsExactly(failure, failure, failure);
        assertThat(drained.succeeded()).isTrue();
    }
}
