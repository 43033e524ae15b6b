package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.memory.ByteBudget;
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
    void theMemoryOfAllIsALimitToo() {
        ByteBudget all = new ByteBudget(8);
        BodyBudget events = new BodyBudget(10, all);

        assertThat(events.tryTake(9)).isFalse();
        assertThat(events.tryTake(8)).isTrue();
        events.give(8);
        assertThat(all.taken()).isZero();
    }
}
