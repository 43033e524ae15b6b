package io.polyfn.core.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.ingress.Admission.Permit;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    @Test
    void withoutALimitEverybodyIsAdmitted() {
        Admission admission = new Admission(0, 0);

        for (int i = 0; i < 10_000; i++) {
            assertThat(admission.request().granted().succeeded()).isTrue();
        }
    }

    @Test
    void admitsAsManyAsTheLimitAndRejectsTheNext() {
        Admission admission = new Admission(2, 0);

        assertThat(admission.request().granted().succeeded()).isTrue();
        assertThat(admission.request().granted().succeeded()).isTrue();
        Future<Void> third = admission.request().granted();

        assertThat(third.failed()).isTrue();
        assertThat(third.cause()).isInstanceOfSatisfying(InvocationFailure.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.TOO_MANY_INVOCATIONS);
            assertThat(failure.message()).contains("POLYFN_CONCURRENCY", "POLYFN_QUEUE", "2 invocations");
        });
    }

    @Test
    void aPermitThatIsGivenBackCanBeGrantedAgain() {
        Admission admission = new Admission(1, 0);

        for (int i = 0; i < 3; i++) {
            Permit permit = granted(admission);
            assertThat(admission.request().granted().failed()).isTrue();
            permit.giveBack();
        }
    }

    @Test
    void aPermitThatIsGivenBackTwiceCountsOnce() {
        Admission admission = new Admission(2, 0);
        Permit twice = granted(admission);
        granted(admission);

        twice.giveBack();
        twice.giveBack();

        assertThat(admission.request().granted().succeeded()).isTrue();
        assertThat(admission.request().granted().failed())
                .as("the limit is reached again")
                .isTrue();
    }

    @Test
    void aRejectedPermitGivesNothingBack() {
        Admission admission = new Admission(1, 0);
        granted(admission);

        admission.request().giveBack();

        assertThat(admission.request().granted().failed()).isTrue();
    }

    @Test
    void thoseWhoWaitAreAdmittedInTheOrderOfTheirArrival() {
        Admission admission = new Admission(1, 3);
        List<String> order = new ArrayList<>();
        List<Permit> permits = new ArrayList<>(List.of(granted(admission)));
        for (String name : List.of("a", "b", "c")) {
            Permit permit = admission.request();
            permits.add(permit);
            permit.granted().onSuccess(granted -> order.add(name));
        }

        assertThat(admission.request().granted().failed())
                .as("the queue is full")
                .isTrue();
        assertThat(order).isEmpty();
        permits.get(0).giveBack();
        assertThat(order).containsExactly("a");
        permits.get(1).giveBack();
        permits.get(2).giveBack();
        assertThat(order).containsExactly("a", "b", "c");
    }

    @Test
    void aPermitThatIsPassedOnDoesNotRaiseTheLimit() {
        Admission admission = new Admission(1, 1);
        Permit first = granted(admission);
        Permit second = admission.request();

        first.giveBack();
        assertThat(second.granted().succeeded()).isTrue();
        Permit third = admission.request();
        assertThat(third.granted().isComplete()).as("must wait again").isFalse();
        second.giveBack();
        assertThat(third.granted().succeeded()).isTrue();
        third.giveBack();
        assertThat(admission.request().granted().succeeded()).isTrue();
    }

    @Test
    void oneThatLeavesTheQueueMakesRoomAndIsPassedOver() {
        Admission admission = new Admission(1, 1);
        Permit first = granted(admission);
        Permit leaving = admission.request();
        assertThat(admission.request().granted().failed()).isTrue();

        leaving.giveBack();
        Permit next = admission.request();

        assertThat(next.granted().isComplete()).as("waits").isFalse();
        first.giveBack();
        assertThat(next.granted().succeeded()).isTrue();
        assertThat(leaving.granted().isComplete()).isFalse();
    }

    @Test
    void aRequestDuringPassingOnDoesNotOvertakeThoseThatWait() {
        Admission admission = new Admission(1, 3);
        List<String> order = new ArrayList<>();
        Permit first = granted(admission);
        Permit second = admission.request();
        second.granted().onSuccess(granted -> {
            second.giveBack();
            admission.request().granted().onSuccess(again -> order.add("late"));
        });
        Permit waiting = admission.request();
        waiting.granted().onSuccess(granted -> order.add("waiting"));

        first.giveBack();

        assertThat(order).containsExactly("waiting");
        waiting.giveBack();
        assertThat(order).containsExactly("waiting", "late");
    }

    @Test
    void aLongQueueOfThoseThatGiveBackAtOnceDoesNotOverflowTheStack() {
        int many = 50_000;
        Admission admission = new Admission(1, many);
        List<Integer> order = new ArrayList<>();
        Permit first = granted(admission);
        for (int i = 0; i < many; i++) {
            int number = i;
            Permit permit = admission.request();
            permit.granted().onSuccess(granted -> {
                order.add(number);
                permit.giveBack();
            });
        }

        first.giveBack();

        assertThat(order).hasSize(many).isSorted();
        assertThat(admission.request().granted().succeeded()).isTrue();
    }

    private static Permit granted(Admission admission) {
        Permit permit = admission.request();
        assertThat(permit.granted().succeeded()).isTrue();
        return permit;
    }
}
