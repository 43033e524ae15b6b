package io.polyfn.core.ingress;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    @Test
    void withoutALimitEverybodyIsAdmitted() {
        Admission limiter = new Admission(0, 0);

        for (int i = 0; i < 10_000; i++) {
            assertThat(limiter.acquire().succeeded()).isTrue();
        }
    }

    @Test
    void admitsAsManyAsTheLimitAndRejectsTheNext() {
        Admission limiter = new Admission(2, 0);

        assertThat(limiter.acquire().succeeded()).isTrue();
        assertThat(limiter.acquire().succeeded()).isTrue();
        Future<Void> third = limiter.acquire();

        assertThat(third.failed()).isTrue();
        assertThat(third.cause()).isInstanceOfSatisfying(InvocationFailure.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.TOO_MANY_INVOCATIONS);
            assertThat(failure.message()).contains("POLYFN_CONCURRENCY", "POLYFN_QUEUE", "2 invocations");
        });
    }

    @Test
    void aTurnThatIsGivenBackCanBeTakenAgain() {
        Admission limiter = new Admission(1, 0);

        for (int i = 0; i < 3; i++) {
            assertThat(limiter.acquire().succeeded()).isTrue();
            assertThat(limiter.acquire().failed()).isTrue();
            limiter.release();
        }
    }

    @Test
    void thoseWhoWaitGetTheirTurnInTheOrderOfTheirComing() {
        Admission limiter = new Admission(1, 3);
        List<String> turns = new ArrayList<>();
        assertThat(limiter.acquire().succeeded()).isTrue();
        for (String name : List.of("a", "b", "c")) {
            limiter.acquire().onSuccess(turn -> turns.add(name));
        }

        assertThat(limiter.acquire().failed()).as("the queue is full").isTrue();
        assertThat(turns).isEmpty();
        limiter.release();
        assertThat(turns).containsExactly("a");
        limiter.release();
        limiter.release();
        assertThat(turns).containsExactly("a", "b", "c");
    }

    @Test
    void aPassedOnTurnDoesNotRaiseTheLimit() {
        Admission limiter = new Admission(1, 1);
        assertThat(limiter.acquire().succeeded()).isTrue();
        Future<Void> waiting = limiter.acquire();

        limiter.release();
        assertThat(waiting.succeeded()).isTrue();
        assertThat(limiter.acquire().isComplete()).as("must wait again").isFalse();
        limiter.release();
        limiter.release();
        assertThat(limiter.acquire().succeeded()).isTrue();
    }

    @Test
    void oneWhoLeavesTheQueueMakesRoomAndIsPassedOver() {
        Admission limiter = new Admission(1, 1);
        assertThat(limiter.acquire().succeeded()).isTrue();
        Future<Void> leaving = limiter.acquire();
        assertThat(limiter.acquire().failed()).isTrue();

        limiter.leave(leaving);
        Future<Void> next = limiter.acquire();

        assertThat(next.isComplete()).as("waits").isFalse();
        limiter.release();
        assertThat(next.succeeded()).isTrue();
        assertThat(leaving.isComplete()).isFalse();
    }

    @Test
    void whoComesWhileATurnIsPassedOnDoesNotOvertakeThoseWhoWait() {
        Admission limiter = new Admission(1, 3);
        List<String> turns = new ArrayList<>();
        assertThat(limiter.acquire().succeeded()).isTrue();
        limiter.acquire().onSuccess(turn -> {
            limiter.release();
            limiter.acquire().onSuccess(again -> turns.add("late"));
        });
        limiter.acquire().onSuccess(turn -> turns.add("waiting"));

        limiter.release();

        assertThat(turns).containsExactly("waiting");
        limiter.release();
        assertThat(turns).containsExactly("waiting", "late");
    }

    @Test
    void aLongQueueOfThoseWhoLeaveAtOnceDoesNotOverflowTheStack() {
        int many = 50_000;
        Admission limiter = new Admission(1, many);
        List<Integer> turns = new ArrayList<>();
        assertThat(limiter.acquire().succeeded()).isTrue();
        for (int i = 0; i < many; i++) {
            int number = i;
            limiter.acquire().onSuccess(turn -> {
                turns.add(number);
                limiter.release();
            });
        }

        limiter.release();

        assertThat(turns).hasSize(many).isSorted();
        assertThat(limiter.acquire().succeeded()).isTrue();
    }
}
