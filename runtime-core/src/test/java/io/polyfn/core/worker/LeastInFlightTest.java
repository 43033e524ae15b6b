package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.worker.SlotFixture.NoLink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeastInFlightTest {
    private final LeastInFlight choice = new LeastInFlight();
    private final Worker one = worker(1);
    private final Worker two = worker(2);
    private final Worker three = worker(3);

    @Test
    void theOneWithTheFewestInFlightIsNext() {
        one.enter();
        two.enter();
        two.enter();
        three.enter();
        three.leave();

        assertThat(chosen(4, one, two, three)).containsExactly(three, one, three, one);
    }

    @Test
    void workersThatHaveAsManyTakeTurns() {
        List<Worker> chosen = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Worker next = chosen(one, two, three);
            chosen.add(next);
            next.enter();
            next.leave();
        }

        assertThat(chosen).containsExactly(one, two, three, one, two, three);
    }

    @Test
    void whatIsNotReadyGetsNothing() {
        assertThat(chosen(2, null, two, null)).containsExactly(two, two);
        assertThat(choice.choose(places(null, null))).isNull();
        assertThat(choice.choose(places(new @Nullable Worker[1]))).isNull();
    }

    @Test
    void aWorkerThatRefusesGetsNothingWhileThereIsAnother() {
        one.refuses(true);
        two.enter();

        assertThat(choice.choose(places(one, two))).isEqualTo(two);
        assertThat(choice.choose(places(one))).isEqualTo(one);
        one.refuses(false);
        assertThat(choice.choose(places(one, two))).isEqualTo(one);
    }

    /** Each gets what it is chosen for, and keeps it. */
    private List<Worker> chosen(int times, @Nullable Worker... ready) {
        List<Worker> chosen = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Worker next = chosen(ready);
            chosen.add(next);
            next.enter();
        }
        return chosen;
    }

    private Worker chosen(@Nullable Worker... ready) {
        return Objects.requireNonNull(choice.choose(places(ready)));
    }

    private static List<LeastInFlight.Place> places(@Nullable Worker... ready) {
        return Arrays.stream(ready)
                .<LeastInFlight.Place>map(worker -> () -> worker)
                .toList();
    }

    private static Worker worker(long pid) {
        return new Worker(null, pid, new WorkerAddress.Polling("api", false), new NoLink(), Future.succeededFuture());
    }
}
