package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The time between the public port and Quarkus: invocations and hooks are answered, nothing is lost. */
class EarlyIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    private final int port = Ports.free();
    private final int management = Ports.free();

    @Test
    void invocationsDoNotWaitForQuarkus() {
        CoreProcess core = openBeforeQuarkus("echo.js");

        try (Wire wire = new Wire(port)) {
            assertThat(wire.invoke("early").answer().status()).isEqualTo(200);
        }

        assertThat(core.stderr()).as("Quarkus brings the log").isEmpty();
        core.listening();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(management("/metrics").text())
                        .contains("polyfn_invocations_seconds_count{kind=\"event\",outcome=\"success\"} 1")
                        .contains("polyfn_worker_starts_total 1.0"));
        assertThat(core.stderr().lines()).as(core.stderr()).hasSize(2).allMatch(line -> line.contains(" INFO "));
        assertThat(core.stderr()).contains("worker ready", "listening on");
    }

    @Test
    void hooksDoNotWaitForQuarkus() {
        CoreProcess core = openBeforeQuarkus("hooks.js");

        try (Wire wire = new Wire(port)) {
            var answer = wire.request("POST", "/initialize", null, "x-fc-request-id: early")
                    .answer();
            assertThat(answer.status()).isEqualTo(200);
        }

        assertThat(core.stderr()).as("Quarkus brings the log").isEmpty();
        assertThat(core.stdout()).contains("FC Initialize End RequestId: early\n");
    }

    @Test
    void aSignalWhileQuarkusStartsStopsTheCore() {
        CoreProcess core = openBeforeQuarkus("echo.js");

        var ended = core.stop();

        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(Duration.ofSeconds(5));
        assertThat(core.stderr()).as("a stop is not a failure").doesNotContain("polyfn:");
        assertThat(Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-")).isEmpty();
    }

    /** The same for all reasons for which Quarkus may not start, such as a limit of processes or files. */
    @Test
    void withoutTheControlPlaneInvocationsAreServed() throws IOException {
        try (ServerSocket taken = new ServerSocket(management)) {
            CoreProcess core = onKnownPorts(cores.with("echo.js")).start();

            core.awaitStderr("ERROR polyfn: the control plane cannot be started: port " + taken.getLocalPort()
                    + ": .*Address already in use.* POLYFN_MANAGEMENT_PORT");

            assertThat(core.listening().invoke("served").status()).isEqualTo(200);
            assertThat(core.stderr()).contains("worker ready").doesNotContain("Exception:");
            assertThat(core.stop().code()).isZero();
            assertThat(core.stderr().lines().filter(line -> line.contains("control plane")))
                    .hasSize(1);
            assertThat(Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-")).isEmpty();
        }
    }

    @Test
    void aSlowWorkerDoesNotKeepHealthChecksWaiting() {
        CoreProcess core = onKnownPorts(cores.command("sleep", "1000")).start();

        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
            assertThat(management("/health/live").status()).isEqualTo(200);
            assertThat(management("/health/ready").status()).isEqualTo(503);
        });
        assertThat(core.stderr()).doesNotContain("listening on");
    }

    /** Compilers would make Quarkus's start too short for a test to be in the middle of it. */
    private CoreProcess openBeforeQuarkus(String worker) {
        CoreProcess core = onKnownPorts(cores.with(worker)).javaOption("-Xint").start();
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .until(() -> {
                    new Wire(port).close();
                    return true;
                });
        return core;
    }

    private CoreProcess.Setup onKnownPorts(CoreProcess.Setup setup) {
        return setup.env("POLYFN_PORT", port).env("POLYFN_MANAGEMENT", "on").env("POLYFN_MANAGEMENT_PORT", management);
    }

    private Wire.Answer management(String path) {
        try (Wire wire = new Wire(management)) {
            return wire.request("GET", path, null).answer();
        }
    }
}
