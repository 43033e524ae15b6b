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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
        WorkerPool workers = supervisor();
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
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        loop.await(workers::ready);

        loop.await(() -> workers.stop(Duration.ofSeconds(8)));

        assertThat(code.resolve("flushed")).hasContent("yes");
    }

    @Test
    void afterAStopNobodyGetsAWorkerAndNoneIsStarted() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerPool workers = supervisor();
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
        WorkerPool workers = supervisor();
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
    void theNextWorkerIsReadyBeforeAWorkerIsReplacedAndWhatThatHasIsFinished() throws IOException {
        Scripts.shell(
                code,
                "bootstrap",
                "if [ -e second ]; then while [ ! -e go ]; do sleep 0.01; done; fi",
                "touch second",
                "exec node -e \"" + SERVE + ".listen(process.env.PORT)\"");
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);

        Future<Worker> next = loop.await(() -> Future.succeededFuture(workers.replace(1)));

        await().until(() -> starts() == 2);
        assertThat(loop.await(workers::ready)).as("it still serves").isEqualTo(first);
        assertThat(status(workers).replacing()).isTrue();
        assertThat(loop.awaitFailure(() -> workers.replace(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is being replaced");
        Files.createFile(code.resolve("go"));
        Worker second = loop.await(() -> next);
        assertThat(loop.await(workers::ready)).isEqualTo(second).isNotEqualTo(first);
        assertThat(status(workers).replacing()).isFalse();
        WorkerStatus draining = statuses(workers).getLast();
        assertThat(draining.draining()).isTrue();
        assertThat(draining.number()).isEqualTo(1);
        assertThat(draining.worker()).isEqualTo(first);
        assertThat(answerOf(first)).as("it finishes what it has").isEqualTo("ping");
        loop.perform(first::leave);
        assertThat(loop.await(first::exited).signal()).isEqualTo("SIGTERM");
        await().until(() -> statuses(workers).size() == 1);
        assertThat(starts()).isEqualTo(2);
    }

    /** Such as a port for the Runtime API, when there is no descriptor. */
    @Test
    void whatTheNextWorkerNeedsMayBeMissingForAMoment() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerPool workers = supervisor();
        AtomicInteger opened = new AtomicInteger();
        loop.await(() -> workers.start(
                ANOTHER_PORT,
                slot -> new NoLinks(
                        opened.incrementAndGet() == 2
                                ? Future.failedFuture("no descriptor is left")
                                : Future.succeededFuture()),
                ready -> Future.succeededFuture()));
        Worker first = loop.await(workers::ready);

        loop.perform(() -> workers.replaceDeaf(first.link(), "it is deaf"));

        await().until(() -> loop.await(() -> Future.succeededFuture(workers.allReady())).stream()
                .anyMatch(worker -> !worker.equals(first)));
        assertThat(opened).hasValue(3);
    }

    @Test
    void aWorkerOnAPortOfItsOwnStopsBeforeTheNextOneStarts() {
        node(SERVE + ".listen(process.env.PORT)");
        workerPort = freePort();
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);

        Future<Worker> next = loop.await(() -> Future.succeededFuture(workers.replace(1)));
        Future<Worker> caller = loop.await(() -> Future.succeededFuture(workers.ready()));

        assertThat(workers.state()).isInstanceOf(Replacing.class);
        assertThat(status(workers).worker()).isEqualTo(first);
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
    void aReplacedWorkerHasNoLongerThanTheGracePeriod() {
        node(SERVE + ".listen(process.env.PORT)");
        grace = Duration.ofMillis(200);
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);

        assertThat(loop.await(() -> workers.replace(1))).isNotEqualTo(first);

        loop.await(first::exited);
        assertThat(first.inFlight()).isEqualTo(1);
    }

    private WorkerStatus status(WorkerPool workers) {
        return statuses(workers).getFirst();
    }

    private List<WorkerStatus> statuses(WorkerPool workers) {
        return loop.await(() -> Future.succeededFuture(workers.statuses()));
    }

    @Test
    void onlyAWorkerThatIsReadyCanBeReplaced() {
        WorkerPool workers = supervisor("/not/there");
        loop.await(() -> start(workers, ANOTHER_PORT));

        assertThat(loop.awaitFailure(() -> workers.replace(1)))
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
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        loop.await(workers::ready);

        assertThat(loop.awaitFailure(() -> workers.replace(1))).hasMessageContaining("exit code 9");
        assertThat(workers.state()).as("the worker stays").isInstanceOf(Ready.class);
    }

    @Test
    void aWorkerThatIsOfNoMoreUseIsKilledAndReplaced() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerPool workers = supervisor();
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
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);

        Refusals refusals = refusedForLong(workers, first);
        Throwable full = loop.awaitFailure(() -> refusals.retry(first, false));
        assertThat(full).hasMessageContaining("refuses connections");
        assertThat(workers.state()).isEqualTo(new Ready(first));

        Throwable gone = loop.awaitFailure(() -> refusals.retry(first, true));
        assertThat(gone).hasMessageContaining("it is being replaced");
        await().until(() ->
                workers.state() instanceof Ready second && !second.worker().equals(first));
    }

    @Test
    void aWorkerThatListensNoMoreFinishesWhatItHas() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);

        Refusals refusals = refusedForLong(workers, first);

        assertThat(loop.await(() -> refusals.retry(first, true))).isNotEqualTo(first);
        assertThat(first.exited().isComplete()).isFalse();
        loop.perform(first::leave);

        assertThat(loop.await(first::exited).signal()).isEqualTo("SIGTERM");
    }

    /** On a busy machine there may be a second between two refusals, after which a worker counts anew. */
    @Test
    void aWorkerThatRefusesRarelyIsReplacedWhenTheCallersTimeIsOver() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        loop.perform(first::enter);
        AtomicLong seconds = new AtomicLong();
        Refusals refusals = new Refusals(loop.vertx(), workers, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
        loop.perform(() -> refusals.retry(first, true));

        seconds.set(4);

        assertThat(loop.await(() -> refusals.retry(first, true))).isNotEqualTo(first);
        loop.perform(first::leave);
    }

    /** After three seconds of refusals. */
    private Refusals refusedForLong(WorkerPool workers, Worker refusing) {
        AtomicLong seconds = new AtomicLong();
        Refusals refusals = new Refusals(loop.vertx(), workers, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
        for (int i = 0; i < 4; i++) {
            loop.perform(() -> refusals.retry(refusing, false));
            seconds.incrementAndGet();
        }
        return refusals;
    }

    private static int freePort() {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
