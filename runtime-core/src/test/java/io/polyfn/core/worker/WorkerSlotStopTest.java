package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.testing.Scripts;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerState.Replacing;
import io.polyfn.core.worker.WorkerState.Stopped;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How a worker is stopped, replaced or killed. */
@EnabledOnOs(OS.LINUX)
@Timeout(40)
class WorkerSlotStopTest extends SlotFixture {
    @Test
    void aStopEndsATreeThatIgnoresTerm() {
        Scripts.shell(
                code,
                "bootstrap",
                "trap '' TERM",
                "echo $$ > root",
                "setsid sh -c \"echo \\$\\$ > daemon; exec sleep 987\" &",
                "node -e \"require('fs').writeFileSync('child', '' + process.pid); process.on('SIGTERM', () => {}); "
                        + SERVE + ".listen(process.env.PORT)\"",
                "sleep 987");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker ready = loop.await(workers::ready);
        await().until(() -> Files.exists(code.resolve("daemon")));
        assertThat(alive("root") && alive("child") && alive("daemon")).isTrue();

        loop.await(() -> workers.stop(Duration.ofMillis(200)));

        assertThat(ready.exited().isComplete()).isTrue();
        assertThat(ready.exited().result().code()).isEqualTo(137);
        await().until(() -> !alive("root") && !alive("child") && !alive("daemon"));
    }

    @Test
    void aStopLeavesAServerBehindAShellScriptTheTimeToEnd() {
        Scripts.shell(
                code,
                "bootstrap",
                "node -e \"process.on('SIGTERM', () => setTimeout(() => { require('fs').writeFileSync('flushed', 'yes'); process.exit() }, 300)); "
                        + SERVE + ".listen(process.env.PORT)\"");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        loop.await(workers::ready);

        loop.await(() -> workers.stop(Duration.ofSeconds(8)));

        assertThat(code.resolve("flushed")).hasContent("yes");
    }

    @Test
    void afterAStopNobodyGetsAWorkerAndNoneIsStarted() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        loop.await(workers::ready);

        loop.await(() -> workers.stop(Duration.ofSeconds(5)));

        assertThat(workers.state()).isInstanceOf(Stopped.class);
        assertThat(failureOf(workers).code()).isEqualTo(FailureCode.DRAINING);
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void aStopDuringTheStartAnswersThoseWhoWait() {
        Scripts.shell(code, "bootstrap", "exec sleep 987");
        WorkerSlot workers = supervisor();
        Future<Void> settled = start(workers, ANOTHER_PORT);
        await().until(() -> starts() == 1);
        Future<Worker> waiting = loop.await(() -> Future.succeededFuture(workers.ready()));

        loop.await(() -> workers.stop(Duration.ofSeconds(5)));

        assertThat(waiting.cause()).isInstanceOf(InvocationFailure.class);
        assertThat(((InvocationFailure) waiting.cause()).code()).isEqualTo(FailureCode.DRAINING);
        // The port stays closed: it would promise what nobody keeps.
        assertThat(settled.isComplete()).isFalse();
    }

    @Test
    void aReplacementWaitsForTheInvocationsInFlightAndNewOnesGetTheNextWorker() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);

        Future<Worker> next = loop.await(() -> Future.succeededFuture(workers.replace()));
        Future<Worker> caller = loop.await(() -> Future.succeededFuture(workers.ready()));

        assertThat(workers.state()).isInstanceOf(Replacing.class);
        assertThat(loop.await(() -> Future.succeededFuture(workers.status().worker())))
                .isEqualTo(first);
        assertThat(answerOf(first)).as("it still serves").isEqualTo("ping");
        assertThat(next.isComplete() || caller.isComplete()).isFalse();

        loop.perform(first::leave);
        Worker second = loop.await(() -> next);
        assertThat(second).isNotEqualTo(first);
        assertThat(loop.await(() -> caller)).isEqualTo(second);
        assertThat(first.exited().isComplete()).isTrue();
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void aReplacementWaitsNoLongerThanTheGracePeriod() {
        node(SERVE + ".listen(process.env.PORT)");
        grace = Duration.ofMillis(200);
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);

        assertThat(loop.await(workers::replace)).isNotEqualTo(first);

        assertThat(first.inFlight()).isEqualTo(1);
    }

    @Test
    void onlyAWorkerThatIsReadyCanBeReplaced() {
        WorkerSlot workers = supervisor("/not/there");
        loop.await(() -> start(workers, ANOTHER_PORT));

        assertThat(loop.awaitFailure(workers::replace))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/not/there");
    }

    @Test
    void aReplacementThatDoesNotStartFailsTheReplace() {
        Scripts.shell(
                code,
                "bootstrap",
                "[ -e broken ] && exit 9",
                "touch broken",
                "exec node -e \"" + SERVE + ".listen(process.env.PORT)\"");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        loop.await(workers::ready);

        assertThat(loop.awaitFailure(workers::replace)).hasMessageContaining("exit code 9");
    }

    @Test
    void aWorkerThatIsOfNoMoreUseIsKilledAndReplaced() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);

        loop.perform(() -> workers.kill(first.link(), "it refuses connections"));

        await().until(() ->
                workers.state() instanceof Ready second && !second.worker().equals(first));
        assertThat(loop.await(first::exited).signal()).isEqualTo("SIGKILL");
        loop.perform(() -> workers.kill(first.link(), "it was replaced long ago"));
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void aWorkerThatRefusesForTooLongIsReportedAndKilledOnlyIfNobodyListens() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);

        Throwable full = loop.awaitFailure(() -> refusedForLong(workers).retry(first, false));
        assertThat(full).hasMessageContaining("refuses connections");
        assertThat(workers.state()).isEqualTo(new Ready(first));

        Throwable gone = loop.awaitFailure(() -> refusedForLong(workers).retry(first, true));
        assertThat(gone).hasMessageContaining("it is being replaced");
        await().until(() ->
                workers.state() instanceof Ready second && !second.worker().equals(first));
    }

    @Test
    void aWorkerThatListensNoMoreFinishesWhatItHas() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);

        Future<Worker> next =
                loop.await(() -> Future.succeededFuture(refusedForLong(workers).retry(first, true)));
        assertThat(workers.state()).isEqualTo(new Replacing(first));
        assertThat(first.exited().isComplete()).isFalse();
        loop.perform(first::leave);

        assertThat(loop.await(() -> next)).isNotEqualTo(first);
        assertThat(loop.await(first::exited).signal()).isEqualTo("SIGTERM");
    }

    private Refusals refusedForLong(WorkerSlot workers) {
        Iterator<Long> seconds = List.of(0L, 4L).iterator();
        return new Refusals(loop.vertx(), workers, () -> TimeUnit.SECONDS.toNanos(seconds.next()));
    }
}
