package io.polyfn.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.memory.ByteBudget.Claim;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    private static final int MUCH = 20 * 1024;
    private static final int LITTLE = 1024;

    /** Room for three that need much, and a quarter for those that need little. */
    private final ByteBudget budget = new ByteBudget(4 * MUCH);

    @Test
    void whatIsTakenIsAvailableAgainWhenItIsGivenBack() {
        assertThat(budget.tryTake(3 * MUCH)).isTrue();
        assertThat(budget.tryTake(MUCH)).isFalse();
        budget.give(3 * MUCH);

        assertThat(budget.taken()).isZero();
        assertThat(budget.tryTake(MUCH)).isTrue();
    }

    @Test
    void aQuarterIsForWhatNeedsLittle() {
        budget.claim(3 * MUCH);
        Claim waits = budget.claim(MUCH);

        for (int i = 0; i < MUCH / LITTLE; i++) {
            assertThat(budget.tryTake(LITTLE)).isTrue();
        }
        assertThat(budget.tryTake(LITTLE)).isFalse();
        assertThat(waits.granted().isComplete()).isFalse();
    }

    @Test
    void claimsAreGrantedInTheirOrder() {
        Claim first = budget.claim(3 * MUCH);
        Claim second = budget.claim(2 * MUCH);
        Claim third = budget.claim(MUCH);
        assertThat(budget.tryTake(MUCH)).isFalse();

        first.giveBack();

        assertThat(second.granted().isComplete()).isTrue();
        assertThat(third.granted().isComplete()).isTrue();
        assertThat(budget.taken()).isEqualTo(3 * MUCH);
    }

    @Test
    void whoWaitsNoLongerTakesNothing() {
        Claim first = budget.claim(3 * MUCH);
        Claim second = budget.claim(MUCH);
        second.giveBack();
        first.giveBack();
        first.giveBack();

        assertThat(second.granted().isComplete()).isFalse();
        assertThat(budget.taken()).isZero();
    }

    /** One that needs more than there is gives up; those behind it need not. */
    @Test
    void whoWaitsNoLongerHoldsNobodyUp() {
        budget.claim(MUCH);
        Claim large = budget.claim(3 * MUCH);
        Claim small = budget.claim(2 * MUCH);
        assertThat(small.granted().isComplete()).isFalse();

        large.giveBack();

        assertThat(small.granted().isComplete()).isTrue();
        assertThat(budget.taken()).isEqualTo(3 * MUCH);
    }

    @Test
    void whoIsRefusedWaitsUntilAQuarterIsAvailable() {
        for (int i = 0; i < 4 * MUCH / LITTLE; i++) {
            budget.tryTake(LITTLE);
        }
        assertThat(budget.isContended()).isFalse();
        budget.tryTake(LITTLE);
        assertThat(budget.isContended()).isTrue();

        budget.give(LITTLE);
        assertThat(budget.isContended()).isTrue();
        budget.give(MUCH);

        assertThat(budget.isContended()).isFalse();
    }
}
