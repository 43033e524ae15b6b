package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.testing.Scripts;
import io.polyfn.core.worker.WorkerState.Failed;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerState.Starting;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** How a worker starts, exits and is started again. */
@EnabledOnOs(OS.LINUX)
@Timeout(40)
class WorkerSlotTest extends SlotFixture {
    @Test
    void aWorkerThatEndsAtItsStartIsQuotedToEveryCallerUntilOneIsReady() throws IOException {
        Scripts.shell(
                code,
                "bootstrap",
                "if [ -e fixed ]; then exec node -e \"" + SERVE + ".listen(process.env.PORT)\"; fi",
                "echo 'Error: cannot find module express' >&2",
                "exit 3");
        WorkerPool workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        InvocationFailure failure = failureOf(workers);
        assertThat(failure.code()).isEqualTo(FailureCode.WORKER_START_FAILED);
        assertThat(failure.message())
                .contains("bootstrap", "exit code 3")
                .contains("Error: cannot find module express");
        await("it is started again and again").until(() -> starts() >= 3);
        Files.createFile(code.resolve("fixed"));
        await().until(() -> workers.state() instanceof Ready);
        assertThat(answerOf(loop.await(workers::ready))).isEqualTo("ping");
        assertThat(restarts()).isEqualTo(starts() - 1);
    }

    @Test
    void aCommandThatCannotBeExecutedFailsForGood() {
        WorkerPool workers = supervisor("/not/there");

        loop.await(() -> start(workers, ANOTHER_PORT));

        assertThat(workers.state()).isInstanceOf(Failed.class);
        assertThat(failureOf(workers).message()).contains("/not/there");
    }

    @Test
    void callersWaitForAWorkerThatIsStillStarting() throws IOException {
        Scripts.shell(
                code,
                "bootstrap",
                "while [ ! -e go ]; do sleep 0.01; done",
                "exec node -e \"" + SERVE + ".listen(process.env.PORT)\"");
        WorkerPool workers = supervisor();
        Future<Void> settled = start(workers, ANOTHER_PORT);
        await().until(() -> starts() == 1);

        List<Future<Worker>> waiting =
                loop.await(() -> Future.succeededFuture(List.of(workers.ready(), workers.ready())));
        assertThat(settled.isComplete()).isFalse();
        assertThat(waiting).noneMatch(Future::isComplete);
        Files.createFile(code.resolve("go"));

        loop.await(() -> settled);
        await().until(() -> waiting.stream().allMatch(Future::succeeded));
    }

    @Test
    void aWorkerThatIsLateIsCalledSoAndMayStillBecomeReady() throws IOException {
        Scripts.shell(
                code,
                "bootstrap",
                "echo 'loading a large model' >&2",
                "while [ ! -e go ]; do sleep 0.01; done",
                "exec node -e \"" + SERVE + ".listen(process.env.PORT)\"");
        startTimeout = Duration.ofMillis(300);
        WorkerPool workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        InvocationFailure failure = failureOf(workers);
        assertThat(failure.code()).isEqualTo(FailureCode.WORKER_START_FAILED);
        assertThat(failure.message())
                .contains("did not open its link within 300 ms")
                .contains("POLYFN_SOCKET")
                .contains("loading a large model");
        assertThat(workers.state()).isInstanceOf(Starting.class);
        Files.createFile(code.resolve("go"));
        await().until(() -> workers.state() instanceof Ready);
        assertThat(starts()).isEqualTo(1);
        assertThat(workers.state()).isEqualTo(new Ready(loop.await(workers::ready)));
    }

    @Test
    void aWorkerThatEndsLaterIsReplacedEvenWithExitCodeZero() {
        node("require('net').createServer(s => s.on('data', () => process.exit(0))).listen(process.env.PORT)");
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);

        loop.await(
                () -> loop.vertx().createNetClient().connect(listening(first)).compose(s -> s.write("end")));

        assertThat(loop.await(first::exited).code()).isZero();
        await().until(() ->
                workers.state() instanceof Ready second && !second.worker().equals(first));
        assertThat(starts()).isEqualTo(2);
        assertThat(restarts()).isEqualTo(1);
    }

    @Test
    void whoCouldNotConnectGetsTheNextWorker() {
        node("require('net').createServer(s => s.on('data', () => process.exit(0))).listen(process.env.PORT)");
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        assertThat(loop.await(() -> new Refusals(loop.vertx(), workers).retry(first, true)))
                .as("it lives, so it is tried again")
                .isEqualTo(first);

        loop.await(
                () -> loop.vertx().createNetClient().connect(listening(first)).compose(s -> s.write("end")));
        loop.await(first::exited);

        assertThat(loop.await(() -> new Refusals(loop.vertx(), workers).retry(first, true)))
                .isNotEqualTo(first);
    }

    @Test
    void whatADeadWorkerLeftBehindIsEndedBeforeTheNextIsStarted() {
        Scripts.shell(
                code,
                "bootstrap",
                "if [ -e daemon ] && kill -0 $(cat daemon) 2>/dev/null && ! grep -q ') Z ' /proc/$(cat daemon)/stat; then echo left >> left; fi",
                "setsid sh -c 'echo $$ > daemon; exec sleep 987' &",
                "exec node -e \"require('net').createServer(s => s.on('data', () => process.exit(1))).listen(process.env.PORT)\"");
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        Worker first = loop.await(workers::ready);
        await().until(() -> Files.exists(code.resolve("daemon")));

        loop.await(
                () -> loop.vertx().createNetClient().connect(listening(first)).compose(s -> s.write("end")));

        await().until(() ->
                workers.state() instanceof Ready second && !second.worker().equals(first));
        assertThat(code.resolve("left")).doesNotExist();
    }

    @Test
    void aWorkerWhoseGateFailsIsReplacedAndTheReasonTold() {
        node(SERVE + ".listen(process.env.PORT)");
        WorkerPool workers = supervisor();
        AtomicInteger gates = new AtomicInteger();
        Function<Worker, Future<Void>> gate = ready -> gates.incrementAndGet() == 1
                ? Future.failedFuture("initialize returned status 500")
                : Future.succeededFuture();

        loop.await(() -> start(workers, ANOTHER_PORT, gate));

        await().until(() -> workers.state() instanceof Ready);
        assertThat(gates).hasValue(2);
        assertThat(starts()).isEqualTo(2);
    }

    @Test
    void aWorkerThatDiesJustAsItsGateOpensIsNotTakenForReady() {
        node(
                "require('net').createServer().listen(process.env.PORT)",
                "if (!require('fs').existsSync('second')) { require('fs').writeFileSync('second', ''); setTimeout(() => process.exit(7), 200) }");
        WorkerPool workers = supervisor();
        AtomicInteger gates = new AtomicInteger();
        Function<Worker, Future<Void>> gate =
                ready -> gates.incrementAndGet() == 1 ? ready.exited().mapEmpty() : Future.succeededFuture();

        loop.await(() -> start(workers, ANOTHER_PORT, gate));

        await().until(() -> workers.state() instanceof Ready);
        assertThat(gates).hasValue(2);
        assertThat(loop.await(workers::ready).exited().isComplete()).isFalse();
    }

    @Test
    void aWorkerThatRejectsItsConfigurationIsNotRestarted() {
        Scripts.shell(code, "bootstrap", "echo 'POLYFN_HANDLER=x: no such handler' >&2", "exit 78");
        WorkerPool workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        assertThat(workers.state()).isInstanceOf(Failed.class);
        assertThat(failureOf(workers).message()).contains("exit code 78", "POLYFN_HANDLER=x: no such handler");
        assertThat(starts()).isEqualTo(1);
        assertThat(loop.await(() -> Future.succeededFuture(workers.statuses().getFirst()))
                        .pid())
                .isNull();
    }

    @Test
    void exitCode78OfAWorkerThatHasServedIsAnExitLikeAnyOther() {
        WorkerPool workers = exitsWith78WhenConnected();
        Worker first = loop.await(workers::ready);
        loop.perform(() -> {
            first.enter();
            first.leave();
        });

        connectTo(first);

        await().until(() ->
                workers.state() instanceof Ready second && !second.worker().equals(first));
        assertThat(loop.await(() -> Future.succeededFuture(workers.statuses().getFirst()))
                        .lastExit())
                .isNotNull()
                .extracting(WorkerExit::code)
                .isEqualTo(78);
    }

    @Test
    void exitCode78OfAWorkerThatOnlyOpenedAPortIsFinal() {
        WorkerPool workers = exitsWith78WhenConnected();

        connectTo(loop.await(workers::ready));

        await().until(() -> workers.state() instanceof Failed);
        assertThat(starts()).isEqualTo(1);
    }

    private WorkerPool exitsWith78WhenConnected() {
        node("require('net').createServer(s => s.on('data', () => process.exit(78))).listen(process.env.PORT)");
        WorkerPool workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        return workers;
    }

    private void connectTo(Worker worker) {
        loop.await(
                () -> loop.vertx().createNetClient().connect(listening(worker)).compose(s -> s.write("end")));
    }
}
