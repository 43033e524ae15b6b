package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.testing.Scripts;
import io.polyfn.core.worker.WorkerState.Failed;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerState.Starting;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where a worker is found: the port that it was told, the Unix socket, or a port of its own. */
@EnabledOnOs(OS.LINUX)
@Timeout(40)
class WorkerSlotLinkTest extends SlotFixture {
    @Test
    void isReadyWhenTheWorkerListensOnThePortThatItWasGiven() {
        node(SERVE + ".listen(process.env.FC_SERVER_PORT, '127.0.0.1')");
        WorkerPool workers = supervisor();
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
        WorkerPool workers = supervisor();

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
        WorkerPool workers = supervisor();
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
        WorkerPool workers = supervisor();

        loop.await(() -> start(workers, ANOTHER_PORT));

        Worker ready = loop.await(workers::ready);
        assertThat(code.resolve("port"))
                .hasContent(Integer.toString(listening(ready).port()));
        assertThat(answerOf(ready)).isEqualTo("ping");
    }

    @Test
    void findsThePortOfAChildOfTheWorker() {
        Scripts.shell(code, "bootstrap", "node -e \"" + SERVE + ".listen(0, '::1')\"");
        WorkerPool workers = supervisor();

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
        WorkerPool workers = supervisor();

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
        WorkerPool workers = supervisor();

        loop.await(() -> start(workers, corePort));

        assertThat(workers.state()).isInstanceOf(Failed.class);
        assertThat(failureOf(workers).message())
                .contains("port " + corePort)
                .contains("FC_SERVER_PORT", "POLYFN_PORT", "CAPort");
        await().until(() -> !alive("pid"));
        assertThat(starts()).isEqualTo(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            return probe.getLocalPort();
        }
    }
}
