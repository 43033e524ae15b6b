package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Connections to the worker that it closed, or that a freeze made stale, never cost an invocation.
 *
 * <p>Idle time is the subject here, so this class lets time pass; everywhere else tests wait for something that can be seen.
 */
@Isolated("on busy CPUs a worker closes a connection that it has a request on, unread, and nobody can tell")
class StaleConnectionsIT {
    private static final int AT_ONCE = 10;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    /** The core sends nothing on a connection that the worker has closed; over one that is being closed at that moment nobody can tell. */
    @ParameterizedTest
    @ValueSource(strings = {"socket", "port"})
    void connectionsThatTheWorkerHasClosedCostNoInvocation(String link) {
        CoreProcess core =
                cores.with("idle-closer.js").env("LINK", link).start().listening();
        List<String> failures = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            failures.addAll(failuresOf(core, AT_ONCE));
            Signals.send("USR2", core.workerPid());
            core.awaitStdout("closed all\n", i);
        }

        assertThat(failures).isEmpty();
    }

    /** Servers close idle connections after seconds; the core no longer uses them by then. */
    @ParameterizedTest
    @ValueSource(strings = {"socket", "port"})
    void aWorkerThatIsAboutToCloseItsIdleConnectionsCostsNoInvocation(String link) {
        int idleMillis = 2000;
        CoreProcess core = cores.with("idle-closer.js")
                .env("IDLE_MILLIS", idleMillis)
                .env("LINK", link)
                .start()
                .listening();
        List<String> failures = new ArrayList<>(failuresOf(core, AT_ONCE));
        for (int offset = -2; offset <= 2; offset++) {
            pass(Duration.ofMillis(idleMillis + offset));
            failures.addAll(failuresOf(core, AT_ONCE));
        }

        assertThat(failures).isEmpty();
    }

    @Test
    void aFreezeOfTheWholeContainerCostsNoInvocationAndNoCallersConnection() {
        List<CoreProcess> both = Stream.of("socket", "port")
                .map(link -> cores.with("idle-closer.js")
                        .env("IDLE_MILLIS", 1000)
                        .env("LINK", link)
                        .start())
                .toList();
        List<Wire> kept = both.stream().map(CoreProcess::connect).toList();
        List<String> failures = new ArrayList<>();
        for (int millis : new int[] {100, 500, 900, 1000, 1500, 3000}) {
            both.forEach(core -> failures.addAll(failuresOf(core, AT_ONCE)));
            both.forEach(core -> Signals.send("STOP", core.tree()));
            pass(Duration.ofMillis(millis));
            both.forEach(core -> Signals.send("CONT", core.tree()));
            both.forEach(core -> failures.addAll(failuresOf(core, AT_ONCE)));
            for (Wire wire : kept) {
                assertThat(wire.request("GET", "/", null).answer().text()).isEqualTo("ok");
            }
        }

        assertThat(failures).isEmpty();
        kept.forEach(Wire::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void aFreezeCostsAWorkerThatPollsNoInvocation(String dialect) {
        CoreProcess core = cores.poller(dialect, AT_ONCE).start().listening();
        List<String> failures = new ArrayList<>();
        for (int millis : new int[] {1, 10, 100, 1000}) {
            failures.addAll(failuresOf(core, AT_ONCE));
            List<Long> frozen = core.tree();
            Signals.send("STOP", frozen);
            pass(Duration.ofMillis(millis));
            Wire sent = core.connect().invoke("sent to a frozen core");
            // Which of them runs first again is up to the kernel.
            Signals.send("CONT", millis == 10 ? frozen.reversed() : frozen);
            failures.addAll(failuresOf(core, AT_ONCE));
            assertThat(sent.answer().text()).isEqualTo("Hello, sent to a frozen core");
            sent.close();
        }

        assertThat(failures).isEmpty();
        assertThat(core.readyWorkers()).isEqualTo(1);
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
