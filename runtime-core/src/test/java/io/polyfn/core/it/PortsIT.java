package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ports are used, how a worker's port is found, and what is said about a configuration that cannot work. */
class PortsIT {
    private static final List<String> VARIABLES =
            List.of("POLYFN_PORT", "FC_CUSTOM_LISTEN_PORT", "FC_SERVER_PORT", "PORT");

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void theFirstVariableThatIsSetDecides(int first) {
        var setup = cores.with("echo.js").without("POLYFN_PORT");
        int expected = Ports.free();
        for (int i = 0; i < VARIABLES.size(); i++) {
            String before = i % 2 == 0 ? "" : "undefined";
            setup.env(VARIABLES.get(i), i < first ? before : i == first ? expected : "1");
        }

        assertThat(setup.start().port()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "POLYFN_PORT, http",
        "POLYFN_PORT, -1",
        "POLYFN_PORT, 65536",
        "FC_CUSTOM_LISTEN_PORT, 9000x",
        "FC_SERVER_PORT, 1e3",
        "PORT, tcp://10.0.0.1:80"
    })
    void aValueThatIsNoPortStopsTheStart(String name, String value) {
        assertStopsTheStart(cores.with("echo.js").without("POLYFN_PORT").env(name, value), name, value);
    }

    @ParameterizedTest
    @CsvSource({
        "POLYFN_TIMEOUT, soon",
        "POLYFN_TIMEOUT, -1",
        "POLYFN_TIMEOUT, 0",
        "POLYFN_START_TIMEOUT, never",
        "POLYFN_START_TIMEOUT, -5",
        "POLYFN_GRACE, x",
        "POLYFN_GRACE, -1",
        "POLYFN_MAX_EVENT_SIZE, big",
        "POLYFN_MAX_EVENT_SIZE, -1",
        "POLYFN_MAX_BODY_SIZE, 1Q",
        "POLYFN_CONCURRENCY, many",
        "POLYFN_CONCURRENCY, -1",
        "POLYFN_QUEUE, 1.5",
        "POLYFN_QUEUE, -1",
        "POLYFN_WORKER_PORT, a",
        "POLYFN_WORKER_PORT, 0",
        "POLYFN_WORKER_PORT, 70000",
        "POLYFN_MANAGEMENT, maybe",
        "POLYFN_MANAGEMENT_PORT, x",
        "POLYFN_MANAGEMENT_PORT, 70000",
    })
    void aWrongValueStopsTheStartWithItsNameAndValue(String name, String value) {
        assertStopsTheStart(cores.with("echo.js").env(name, value), name, value);
    }

    @Test
    void anEmptyValueIsAsGoodAsNoneWhereNoneIsAllowed() {
        CoreProcess core = cores.with("echo.js")
                .env("POLYFN_TIMEOUT", "")
                .env("POLYFN_MAX_BODY_SIZE", "")
                .env("POLYFN_WORKER_PORT", "")
                .start()
                .listening();

        assertThat(core.get("/").status()).isEqualTo(200);
    }

    @Test
    void aPortInUseStopsTheCoreWithItsNumber() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            CoreProcess core = cores.with("echo.js")
                    .env("POLYFN_PORT", taken.getLocalPort())
                    .start();

            assertThat(core.end().code()).isEqualTo(1);
            assertThat(core.stderr()).contains("port " + taken.getLocalPort(), "POLYFN_PORT");
            assertThat(Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "::"})
    void aHardCodedPortIsFound(String host) {
        int port = Ports.free();
        CoreProcess core = cores.with("ports.js")
                .env("LISTEN_ON", host + ":" + port)
                .start()
                .listening();

        assertThat(core.get("/").text()).isEqualTo(host + ":" + port);
        assertThat(core.workerAddress()).endsWith(":" + port);
        assertThat(core.stderr()).contains("POLYFN_WORKER_PORT=" + port);
    }

    @Test
    void aHardCodedPortOfAGrandchildIsFound() {
        int port = Ports.free();
        CoreProcess core = cores.command("sh", "-c", "sh -c 'node ports.js; true'; true")
                .env("LISTEN_ON", "127.0.0.1:" + port)
                .start()
                .listening();

        assertThat(core.get("/").text()).isEqualTo("127.0.0.1:" + port);
    }

    @Test
    void aFixedWorkerPortIsTheOnlyOneLookedAt() {
        int decoy = Ports.free();
        int port = Ports.free();
        CoreProcess core = cores.with("ports.js")
                .env("LISTEN_ON", "127.0.0.1:" + decoy + ",127.0.0.1:" + port)
                .env("POLYFN_WORKER_PORT", port)
                .start()
                .listening();

        assertThat(core.get("/").text()).isEqualTo("127.0.0.1:" + port);
    }

    @Test
    void aFixedWorkerPortIsWhatTheWorkerIsTold() {
        int port = Ports.free();
        CoreProcess core = cores.with("ports.js")
                .env("LISTEN_ON", "127.0.0.1:told")
                .env("POLYFN_WORKER_PORT", port)
                .start()
                .listening();

        assertThat(core.get("/").text()).isEqualTo("127.0.0.1:told");
        assertThat(core.workerAddress()).endsWith(":" + port);
    }

    /** A program may serve its metrics from the first moment, and open the port that it was told when it has loaded. */
    @Test
    void theToldPortIsWaitedForWhereAnotherOneOpensFirst() {
        CoreProcess core = cores.with("ports.js")
                .env("LISTEN_ON", "0.0.0.0:" + Ports.free() + ",127.0.0.1:told")
                .env("PAUSE", 300)
                .start()
                .listening();

        assertThat(core.get("/").text()).isEqualTo("127.0.0.1:told");
        assertThat(core.stderr()).doesNotContain("POLYFN_WORKER_PORT");
    }

    @Test
    void aWorkerThatTakesTheCoresPortIsToldWhatToSet() {
        int port = Ports.free();
        CoreProcess core = cores.with("ports.js")
                .env("POLYFN_PORT", port)
                .env("LISTEN_ON", "0.0.0.0:" + port)
                .start()
                .listening();

        var answer = core.get("/");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.failure()).isEqualTo("WorkerStartFailed");
        assertThat(answer.text()).contains("port " + port, "POLYFN_PORT", "FC_SERVER_PORT");
        assertThat(core.stderr()).contains("the worker listens on port " + port);
        assertThat(core.stop().code()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket", "port"})
    void aReadOnlyTemporaryFolderIsNoProblem(String link) {
        CoreProcess core = cores.with("echo.js")
                .env("LINK", link)
                .javaOption("-Djava.io.tmpdir=/proc/not-writable")
                .start()
                .listening();

        assertThat(core.get("/").status()).isEqualTo(200);
        assertThat(core.call("POST", "/invoke", new byte[1000]).status()).isEqualTo(200);
        assertThat(core.stderr().lines().filter(line -> line.contains("ERROR") || line.contains("Exception")))
                .isEmpty();
    }

    /** As on another architecture, or where there is no folder to unpack it to. */
    @ParameterizedTest
    @ValueSource(strings = {"socket", "port"})
    void withoutNettysLibraryTheCoreServesAsWell(String link) {
        CoreProcess core = cores.with("events.js")
                .env("LINK", link)
                .javaOption("-Dio.netty.native.workdir=/proc/not-writable")
                .start()
                .listening();

        assertThat(core.get("/").status()).isEqualTo(200);
        assertThat(core.call("POST", "/invoke", new byte[100_000]).body()).hasSize(100_000);
        assertThat(core.stop().code()).isZero();
        assertThat(core.stderr()).doesNotContain("ERROR", "Exception");
    }

    @Test
    void withoutNettysLibraryAWorkerMayPoll() {
        CoreProcess core = cores.poller("lambda", 1)
                .javaOption("-Dio.netty.native.workdir=/proc/not-writable")
                .start()
                .listening();

        assertThat(core.invoke("event").status()).isEqualTo(200);
    }

    @Test
    void theManagementPortTellsHealthAndMetrics() {
        int port = Ports.free();
        CoreProcess core = cores.with("failing.js")
                .env("POLYFN_MANAGEMENT", "on")
                .env("POLYFN_MANAGEMENT_PORT", port)
                .start()
                .listening();
        core.get("/ok");
        core.get("/kill");
        core.awaitReadyWorkers(2);

        assertThat(managementSoon(port, "/health/ready").status()).isEqualTo(200);
        assertThat(management(port, "/health/live").status()).isEqualTo(200);
        assertThat(management(port, "/metrics").text())
                .contains("polyfn_worker_restarts_total 1.0")
                .contains("outcome=\"WorkerExited\"")
                .contains("outcome=\"success\"")
                .contains("polyfn_invocations_in_flight 0.0");
        assertThat(core.get("/metrics").text()).doesNotContain("polyfn_worker_restarts_total");
    }

    @Test
    void readinessFollowsTheWorker() {
        int port = Ports.free();
        cores.command("sh", "-c", "exit 1")
                .env("POLYFN_MANAGEMENT", "on")
                .env("POLYFN_MANAGEMENT_PORT", port)
                .start()
                .listening();

        assertThat(managementSoon(port, "/health/ready").status()).isEqualTo(503);
        assertThat(management(port, "/health/live").status()).isEqualTo(200);
    }

    @Test
    void theManagementPortCanBeSwitchedOff() {
        int port = Ports.free();
        CoreProcess core = cores.with("echo.js")
                .env("POLYFN_MANAGEMENT_PORT", port)
                .env("QUARKUS_LOG_CATEGORY__IO_POLYFN__LEVEL", "DEBUG")
                .start();
        core.awaitStderr("startup: ");

        assertThatThrownBy(() -> management(port, "/metrics")).hasMessageContaining("refused");
    }

    /** The management port opens some time after the public one. */
    private static Wire.Answer managementSoon(int port, String path) {
        return await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> management(port, path), Objects::nonNull);
    }

    private static Wire.Answer management(int port, String path) {
        try (Wire wire = new Wire(port)) {
            return wire.request("GET", path, null).answer();
        }
    }

    private static void assertStopsTheStart(CoreProcess.Setup setup, String name, String value) {
        CoreProcess core = setup.start();

        var ended = core.end();

        assertThat(ended.code()).isNotZero();
        assertThat(ended.took()).isLessThan(Duration.ofSeconds(10));
        assertThat(core.stderr().lines().filter(line -> line.contains(name) && line.contains(value)))
                .as(core.stderr())
                .isNotEmpty();
        assertThat(core.stderr()).doesNotContain("listening on");
        assertThat(Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-")).isEmpty();
    }
}
