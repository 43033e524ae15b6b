package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers of several processes, each of which polls for itself (contract 9). There is no deadline: what is lost has to be noticed. */
class PullPoolsIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void aProcessThatExitsFailsItsInvocationAtOnceAndItsPlaceComesBack(String dialect) {
        CoreProcess core = pool(dialect, 2).start().listening();
        allPoll(core);

        var lost = core.invoke("exit");

        assertThat(lost.failure()).isEqualTo("WorkerExited");
        assertThat(lost.text()).contains("one of the worker's processes exited during the invocation");
        assertThat(core.invoke("other").text()).isEqualTo("Hello, other");
        core.awaitReadyWorkers(2);
        assertThat(core.stderr()).contains("replacing the worker: one of its processes has exited");
        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
    }

    @Test
    void theOthersFinishBeforeTheWorkerIsReplaced() {
        CoreProcess core = pool("lambda", 2).start().listening();
        allPoll(core);
        try (Wire held = core.connect().invoke("hold", "x-fc-request-id: held")) {
            core.awaitStdout("holding held");
            long holder = Long.parseLong(held(core));
            assertThat(core.invoke("exit").failure()).isEqualTo("WorkerExited");
            core.awaitStderr("replacing the worker: ");

            Signals.send("USR2", holder);

            assertThat(held.answer().text()).isEqualTo("late");
        }
    }

    @Test
    void aProcessThatTheWorkerStartsAgainIsEnough() {
        CoreProcess core = pool("lambda", 2).env("RESPAWN", "1").start().listening();
        allPoll(core);

        assertThat(core.invoke("exit").failure()).isEqualTo("WorkerExited");
        core.awaitStdout("child exited: 7");

        await().during(Duration.ofSeconds(7))
                .atMost(Duration.ofSeconds(10))
                .until(() -> !core.stderr().contains("replacing the worker"));
        assertThat(core.invoke("next").text()).isEqualTo("Hello, next");
    }

    /** Clients close connections that they have not used for a while. */
    @Test
    void aClosedConnectionIsNoExit() {
        CoreProcess core = pool("lambda", 2).env("CLOSES", "1").start().listening();

        assertThat(core.invoke("child and pause").text()).isEqualTo("still there");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    private CoreProcess.Setup pool(String dialect, int children) {
        return cores.with("pool.js")
                .env("DIALECT", dialect)
                .env("POOL", children)
                .env("QUARKUS_LOG_CATEGORY__IO_POLYFN__LEVEL", "DEBUG");
    }

    private static String held(CoreProcess core) {
        String out = core.stdout();
        int at = out.indexOf("held by ") + "held by ".length();
        return out.substring(at, out.indexOf('\n', at));
    }

    /** Each process has had an invocation, and the core knows which connection is whose. */
    private static void allPoll(CoreProcess core) {
        for (int round = 0; round < 2; round++) {
            List<Wire> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                both.add(core.connect().invoke("stream"));
            }
            both.forEach(wire -> {
                try (wire) {
                    assertThat(wire.answer().status()).isEqualTo(200);
                }
            });
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> core.stderr()
                        .lines()
                        .filter(line -> line.contains("connections poll"))
                        .reduce("", (before, last) -> last)
                        .endsWith("2 connections poll, 2 of known processes"));
    }
}
