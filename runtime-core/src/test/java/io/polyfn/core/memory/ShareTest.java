package io.polyfn.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShareTest {
    private final ByteBudget whole = new ByteBudget(100);
    private final Share share = new Share(whole, 10, 40);

    @Test
    void itsOwnBytesAreNobodyElses() {
        whole.takeAnyway(100);

        assertThat(share.tryTake(10)).isTrue();
        assertThat(share.tryTake(1)).isFalse();
        assertThat(whole.taken()).isEqualTo(100);
    }

    @Test
    void moreIsBorrowedUpToALimit() {
        assertThat(share.tryTake(25)).isTrue();
        assertThat(whole.taken()).isEqualTo(15);

        assertThat(share.tryTake(16)).isFalse();
        assertThat(share.tryTake(15)).isTrue();
        assertThat(whole.taken()).isEqualTo(30);
    }

    @Test
    void whatWasBorrowedIsReturnedFirst() {
        share.tryTake(40);

        share.give(5);
        assertThat(whole.taken()).isEqualTo(25);
        share.give(30);
        assertThat(whole.taken()).isZero();
        assertThat(share.tryTake(35)).isTrue();
    }

    /** Whoever waits for the whole's memory does so in line; what a connection needs that is open already does not stand behind them. */
    @Test
    void itDoesNotWaitBehindOthers() {
        whole.claim(75);
        whole.claim(75);

        assertThat(share.tryTake(20)).isTrue();
    }

    @Test
    void itIsHalfTakenAsSoonAsEitherIs() {
        assertThat(share.isHalfTaken()).isFalse();
        share.tryTake(21);
        assertThat(share.isHalfTaken()).isTrue();

        share.give(21);
        whole.takeAnyway(51);
        assertThat(share.isHalfTaken()).isTrue();
    }
}
