package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections to the worker that it closed, or that a freeze made stale, never cost an invocation.
 *
 * <p>Idle time is the subject here, so this class lets time pass; everywhere else tests wait for something that can be seen.
 */
class StaleConnectionsIT {
    private static final int AT_ONCE = 10;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest(name = "closed after {0} ms, {1}")
    @CsvSource({"50, socket, 60", "50, port, 60", "300, socket, 12", "300, port, 12", "2000, port, 3"})
    void aWorkerThatClosesIdleConnectionsCostsNoInvocation(int idleMillis, String link, int rounds) {
        CoreProcess core = cores.with("idle-closer.js")
                .env("IDLE_MILLIS", idleMillis)
                .env("LINK", link)
                .start()
                .listening();
        List<String> failures = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            failures.addAll(failuresOf(core, AT_ONCE));
            // From a little before the worker closes to a little after.
            pass(Duration.ofMillis(idleMillis).plus(Duration.ofMillis(i % 7 - 3)));
        }

        assertThat(failures).as("of " + rounds * AT_ONCE).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket", "port"})
    void aFreezeOfTheWholeContainerCostsNoInvocation(String link) {
        CoreProcess core = cores.with("idle-closer.js")
                .env("IDLE_MILLIS", 1000)
                .env("LINK", link)
                .start()
                .listening();
        List<String> failures = new ArrayList<>();
        for (int millis : new int[] {100, 500, 900, 1000, 1500, 3000}) {
            failures.addAll(failuresOf(core, AT_ONCE));
            Signals.send("STOP", core.tree());
            pass(Duration.ofMillis(millis));
            Signals.send("CONT", core.tree());
            failures.addAll(failuresOf(core, AT_ONCE));
        }

        assertThat(failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket", "port"})
    void aWorkerThatClosesEverythingWhileTheCoreIsFrozenCostsNoInvocation(String link) {
        CoreProcess core =
                cores.with("idle-closer.js").env("LINK", link).start().listening();
        List<String> failures = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            failures.addAll(failuresOf(core, AT_ONCE));
            Signals.send("STOP", core.pid());
            Signals.send("USR2", core.workerPid());
            core.awaitStdout("closed all\n", i);
            // These wait in the core's connections, so it sees them at the same moment as the closed ones.
            List<Wire> asked = new ArrayList<>();
            for (int n = 0; n < AT_ONCE; n++) {
                asked.add(core.connect().request("GET", "/", null));
            }
            Signals.send("CONT", core.pid());
            for (Wire wire : asked) {
                var answer = wire.answer();
                if (answer.status() != 200) {
                    failures.add("round " + i + ": " + answer.text());
                }
                wire.close();
            }
        }

        assertThat(failures).isEmpty();
    }

    @Test
    void keptCallersConnectionsOutliveAFreeze() {
        CoreProcess core = cores.start("idle-closer.js");
        try (Wire wire = core.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(wire.request("GET", "/", null).answer().text()).isEqualTo("ok");
                Signals.send("STOP", core.tree());
                pass(Duration.ofSeconds(1));
                Signals.send("CONT", core.tree());
            }
            assertThat(wire.request("GET", "/", null).answer().text()).isEqualTo("ok");
        }
    }

    /** What went wrong in so many invocations at once, so that as many connections to the worker are in use. */
    private static List<String> failuresOf(CoreProcess core, int atOnce) {
        List<CompletableFuture<Wire.Answer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < atOnce; i++) {
                answers.add(CompletableFuture.supplyAsync(() -> core.call("POST", "/invoke", new byte[100]), threads));
            }
        }
        return answers.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() != 200)
                .map(Wire.Answer::text)
                .toList();
    }

    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
