package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.memory.ByteBudget;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    private final BodyBudget budget = new BodyBudget(10, new ByteBudget(1000));

    @Test
    void bytesAreTakenUntilNoneIsLeft() {
        assertThat(budget.tryTake(6)).isTrue();
        assertThat(budget.tryTake(5)).isFalse();
        assertThat(budget.tryTake(4)).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
        budget.give(4);
        assertThat(budget.tryTake(4)).isTrue();
    }

    @Test
    void thoseThatWaitGetTheirTurnInOrder() {
        assertThat(budget.tryTake(10)).isTrue();
        List<String> turns = new ArrayList<>();
        budget.take(8).onSuccess(taken -> turns.add("large"));
        budget.take(2).onSuccess(taken -> turns.add("small"));

        budget.give(2);
        assertThat(turns).as("nobody overtakes").isEmpty();
        assertThat(budget.tryTake(1)).as("not even one that fits").isFalse();
        budget.give(8);

        assertThat(turns).containsExactly("large", "small");
        assertThat(budget.tryTake(1)).isFalse();
    }

    @Test
    void aClaimLargerThanTheBudgetGetsAllOfIt() {
        assertThat(budget.tryTake(1)).isTrue();
        Future<Void> larger = budget.take(1000);
        assertThat(larger.isComplete()).isFalse();

        budget.give(1);
        assertThat(larger.succeeded()).isTrue();
        assertThat(budget.tryTake(1)).isFalse();
        budget.give(1000);

        assertThat(budget.tryTake(10)).as("no more and no less than before").isTrue();
        assertThat(budget.tryTake(1)).isFalse();
    }
}
