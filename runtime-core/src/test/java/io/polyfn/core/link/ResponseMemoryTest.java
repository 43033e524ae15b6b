package io.polyfn.core.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.testing.Loop;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In a container where the kernel may hold what two callers leave unread. */
@SuppressWarnings("NullAway") // nobody waits, so no connection is stopped
class ResponseMemoryTest {
    private static final int LARGE = ResponseMemory.unread(-1);

    private final Loop loop = new Loop();
    private final ByteBudget memory = new ByteBudget(100L * LARGE, OptionalLong.of(6L * LARGE));
    private final ResponseMemory first = new ResponseMemory(memory, loop.vertx());
    private final ResponseMemory second = new ResponseMemory(memory, loop.vertx());
    private final ResponseMemory third = new ResponseMemory(memory, loop.vertx());

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void whatTheKernelHoldsIsLimitedToo() {
        assertThat(first.take(LARGE, null).succeeded()).isTrue();
        assertThat(second.take(100 * LARGE / 2, null).succeeded()).isTrue();

        assertThat(third.take(LARGE, null).cause())
                .isInstanceOfSatisfying(
                        InvocationFailure.class,
                        full -> assertThat(full.code()).isEqualTo(FailureCode.MEMORY_EXHAUSTED));

        third.release();
        first.release();
        assertThat(third.take(LARGE, null).succeeded()).isTrue();
    }

    @Test
    void aCallerThatFallsBehindNeedsItAsWell() {
        first.grow();
        second.take(LARGE, null);
        assertThatThrownBy(third::grow).isInstanceOf(InvocationFailure.class);

        first.clear();
        third.grow();

        second.release();
        third.release();
        assertThat(memory.taken()).isZero();
        assertThat(memory.tryTakeInSockets(6 * LARGE)).isTrue();
    }
}
