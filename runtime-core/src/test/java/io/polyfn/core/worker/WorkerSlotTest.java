package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.platform.WorkerSettings;
import io.polyfn.core.telemetry.TestMetrics;
import io.polyfn.core.testing.Loop;
import io.polyfn.core.testing.Scripts;
import io.polyfn.core.worker.WorkerState.Failed;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerState.Replacing;
import io.polyfn.core.worker.WorkerState.Starting;
import io.polyfn.core.worker.WorkerState.Stopped;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With real children: what is policy here depends on what processes do. */
@EnabledOnOs(OS.LINUX)
@Timeout(40)
class WorkerSlotTest {
    private static final int ANOTHER_PORT = 0;
    private static final String SERVE = "require('net').createServer(s => s.on('data', d => s.end(d)))";

    @TempDir
    Path code;

    private final Loop loop = new Loop();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Duration startTimeout = Duration.ofMinutes(2);
    private Duration grace = Duration.ofSeconds(5);
    private @Nullable Integer workerPort;
    private @Nullable WorkerSlot supervisor;

    @AfterEach
    void stop() {
        if (supervisor != null) {
            WorkerSlot started = supervisor;
            loop.await(() -> started.stop(Duration.ofMillis(1)));
        }
        loop.close();
    }

    @Test
    void isReadyWhenTheWorkerListensOnThePortThatItWasGiven() {
        node(SERVE + ".listen(process.env.FC_SERVER_PORT, '127.0.0.1')");
        WorkerSlot workers = supervisor();
        assertThat(workers.state()).isInstanceOf(Starting.class);

        loop.await(() -> start(workers, ANOTHER_PORT));

        Worker ready = loop.await(workers::ready);
        assertThat(workers.state()).isEqualTo(new Ready(ready));
        assertThat(listening(ready).isInetSocket()).isTrue();
        assertThat(ready.exited().isComplete()).isFalse();
        assertThat(answerOf(ready)).isEqualTo("ping");
        assertThat(starts()).isEqualTo(1);
        assertThat(restarts()).isZero();
    }

    @Test
    void isReadyWhenTheWorkerListensOnTheUnixSocket() {
        node(SERVE + ".listen(process.env.POLYFN_SOCKET)");
        WorkerSlot workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        Worker ready = loop.await(workers::ready);
        assertThat(listening(ready).isDomainSocket()).isTrue();
        assertThat(answerOf(ready)).isEqualTo("ping");
    }

    @Test
    void aPortThatAnotherProcessHasTakenIsNotTheWorkers() throws IOException {
        node(
                "require('fs').writeFileSync('told', process.env.FC_SERVER_PORT)",
                "const late = " + SERVE,
                "require('fs').watch('.', () => require('fs').existsSync('go') && !late.listening"
                        + " && late.listen(process.env.POLYFN_SOCKET))");
        WorkerSlot workers = supervisor();
        Future<Void> settled = start(workers, ANOTHER_PORT);
        await().until(() -> Files.exists(code.resolve("told"))
                && !Files.readString(code.resolve("told")).isEmpty());
        int told = Integer.parseInt(Files.readString(code.resolve("told")));

        try (ServerSocket other = new ServerSocket(told, 50, InetAddress.getLoopbackAddress())) {
            for (int looks = 0; looks < 3; looks++) {
                other.accept().close();
            }
            assertThat(workers.state()).isInstanceOf(Starting.class);
        }
        Files.createFile(code.resolve("go"));

        await().until(settled::isComplete);
        assertThat(listening(loop.await(workers::ready)).isDomainSocket()).isTrue();
    }

    @Test
    void findsAPortOfTheWorkersOwnChoice() {
        node(SERVE + ".listen(0, function () { require('fs').writeFileSync('port', '' + this.address().port) })");
        WorkerSlot workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        Worker ready = loop.await(workers::ready);
        assertThat(code.resolve("port"))
                .hasContent(Integer.toString(listening(ready).port()));
        assertThat(answerOf(ready)).isEqualTo("ping");
    }

    @Test
    void findsThePortOfAChildOfTheWorker() {
        Scripts.shell(code, "bootstrap", "node -e \"" + SERVE + ".listen(0, '::1')\"");
        WorkerSlot workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        assertThat(answerOf(loop.await(workers::ready))).isEqualTo("ping");
    }

    @Test
    void aFixedPortIsTheOnlyOneThatCounts() throws IOException {
        int fixed = freePort();
        node(
                "require('net').createServer().listen(0)",
                "const late = " + SERVE,
                "require('fs').watch('.', () => require('fs').existsSync('go') && !late.listening && late.listen("
                        + fixed + ", '127.0.0.1'))",
                "console.error('up')");
        workerPort = fixed;
        startTimeout = Duration.ofSeconds(1);
        WorkerSlot workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));
        assertThat(workers.state()).isInstanceOf(Starting.class);
        Files.createFile(code.resolve("go"));

        await().until(() -> workers.state() instanceof Ready);
        assertThat(listening(loop.await(workers::ready)).port()).isEqualTo(fixed);
    }

    @Test
    void aWorkerOnTheCoresOwnPortIsEndedAndTheCallerIsToldWhatToSet() throws IOException {
        int corePort = freePort();
        node(
                "process.on('SIGTERM', () => {})",
                SERVE + ".listen(" + corePort + ")",
                "require('fs').writeFileSync('pid', '' + process.pid)");
        WorkerSlot workers = supervisor();

        loop.await(() -> start(workers, corePort));

        assertThat(workers.state()).isInstanceOf(Failed.class);
        assertThat(failureOf(workers).message())
                .contains("port " + corePort)
                .contains("FC_SERVER_PORT", "POLYFN_PORT", "CAPort");
        await().until(() -> !alive("pid"));
        assertThat(starts()).isEqualTo(1);
    }

    @Test
    void aWorkerThatEndsAtItsStartIsQuotedToEveryCallerUntilOneIsReady() throws IOException {
        Scripts.shell(
                code,
                "bootstrap",
                "if [ -e fixed ]; then exec node -e \"" + SERVE + ".listen(process.env.PORT)\"; fi",
                "echo 'Error: cannot find module express' >&2",
                "exit 3");
        WorkerSlot workers = supervisor();

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
        WorkerSlot workers = supervisor("/not/there");

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
        WorkerSlot workers = supervisor();
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
        WorkerSlot workers = supervisor();

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
        WorkerSlot workers = supervisor();
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
        WorkerSlot workers = supervisor();
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
        WorkerSlot workers = supervisor();
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
        WorkerSlot workers = supervisor();
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
        WorkerSlot workers = supervisor();
        AtomicInteger gates = new AtomicInteger();
        Function<Worker, Future<Void>> gate =
                ready -> gates.incrementAndGet() == 1 ? ready.exited().mapEmpty() : Future.succeededFuture();

        loop.await(() -> start(workers, ANOTHER_PORT, gate));

        await().until(() -> workers.state() instanceof Ready);
        assertThat(gates).hasValue(2);
        assertThat(loop.await(workers::ready).exited().isComplete()).isFalse();
    }

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
    void aWorkerThatRejectsItsConfigurationIsNotRestarted() {
        Scripts.shell(code, "bootstrap", "echo 'POLYFN_HANDLER=x: no such handler' >&2", "exit 78");
        WorkerSlot workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        assertThat(workers.state()).isInstanceOf(Failed.class);
        assertThat(failureOf(workers).message()).contains("exit code 78", "POLYFN_HANDLER=x: no such handler");
        assertThat(starts()).isEqualTo(1);
        assertThat(loop.await(() -> Future.succeededFuture(workers.status())).pid())
                .isNull();
    }

    @Test
    void exitCode78OfAWorkerThatHasServedIsAnExitLikeAnyOther() {
        WorkerSlot workers = exitsWith78WhenConnected();
        Worker first = loop.await(workers::ready);
        loop.perform(() -> {
            first.enter();
            first.leave();
        });

        connectTo(first);

        await().until(() ->
                workers.state() instanceof Ready second && !second.worker().equals(first));
        assertThat(loop.await(() -> Future.succeededFuture(workers.status())).lastExit())
                .isNotNull()
                .extracting(WorkerExit::code)
                .isEqualTo(78);
    }

    @Test
    void exitCode78OfAWorkerThatOnlyOpenedAPortIsFinal() {
        WorkerSlot workers = exitsWith78WhenConnected();

        connectTo(loop.await(workers::ready));

        await().until(() -> workers.state() instanceof Failed);
        assertThat(starts()).isEqualTo(1);
    }

    private WorkerSlot exitsWith78WhenConnected() {
        node("require('net').createServer(s => s.on('data', () => process.exit(78))).listen(process.env.PORT)");
        WorkerSlot workers = supervisor();
        loop.await(() -> start(workers, ANOTHER_PORT));
        return workers;
    }

    private void connectTo(Worker worker) {
        loop.await(
                () -> loop.vertx().createNetClient().connect(listening(worker)).compose(s -> s.write("end")));
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

    private Future<Void> start(WorkerSlot workers, int corePort) {
        return start(workers, corePort, ready -> Future.succeededFuture());
    }

    private static Future<Void> start(WorkerSlot workers, int corePort, Function<Worker, Future<Void>> gate) {
        return workers.start(corePort, (address, exited) -> new NoLink(), gate);
    }

    private WorkerSlot supervisor(String... arguments) {
        WorkerSettings settings = new WorkerSettings(startTimeout, null, workerPort, grace, false);
        PlatformEnvironment environment =
                new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", code.toString(), "PATH", System.getenv("PATH")));
        WorkerLauncher launcher = new WorkerLauncher(List.of(arguments), environment, settings, 0);
        WorkerSlot created = new WorkerSlot(loop.vertx(), settings, launcher, TestMetrics.in(meters));
        supervisor = created;
        return created;
    }

    private void node(String... lines) {
        Scripts.nodeBootstrap(code, lines);
    }

    private InvocationFailure failureOf(WorkerSlot workers) {
        return (InvocationFailure) loop.awaitFailure(workers::ready);
    }

    /** What comes back for a few bytes. */
    private String answerOf(Worker ready) {
        SocketAddress address = listening(ready);
        return loop.await(() -> loop.vertx().createNetClient().connect(address).compose(socket -> {
            Promise<String> answer = Promise.promise();
            socket.handler(data -> answer.tryComplete(data.toString()));
            socket.write("ping");
            return answer.future().onComplete(done -> socket.close());
        }));
    }

    private boolean alive(String pidFile) {
        try {
            String pid = Files.readString(code.resolve(pidFile)).strip();
            return !Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    private int starts() {
        return (int) meters.get("polyfn.worker.starts").functionCounter().count();
    }

    private int restarts() {
        return (int) meters.get("polyfn.worker.restarts").functionCounter().count();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }

    private static SocketAddress listening(Worker ready) {
        return ((WorkerAddress.Listening) ready.address()).address();
    }

    /** A link that no test here uses. */
    private static final class NoLink implements Link {
        @Override
        public Exchange forward(ForwardRequest request, Caller caller, ResponseObserver observer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<HookResponse> call(Hook hook, MultiMap headers) {
            throw new UnsupportedOperationException();
        }
    }

    private Refusals refusedForLong(WorkerSlot workers) {
        Iterator<Long> seconds = List.of(0L, 4L).iterator();
        return new Refusals(loop.vertx(), workers, () -> TimeUnit.SECONDS.toNanos(seconds.next()));
    }
}
