package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A worker that cannot make progress is replaced; one that can is not, and what it has is finished. */
class StuckWorkersIT {
    private static final String KILLED = "killing the worker: it has sent nothing while the deadlines";
    private static final Pattern PAUSE = Pattern.compile("restarting in (\\d+) ms");

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @Test
    void aWorkerInABusyLoopIsReplaced() {
        CoreProcess core = cores.with("failing.js")
                .env("POLYFN_TIMEOUT", "1s")
                .env("GO_ON", folder.resolve("never"))
                .start()
                .listening();

        assertThat(core.get("/block").status()).isEqualTo(504);

        awaitOk(core);
        assertThat(core.stderr()).contains(KILLED);
    }

    @Test
    void aWorkerThatIsStoppedIsReplaced() {
        CoreProcess core =
                cores.with("failing.js").env("POLYFN_TIMEOUT", "1s").start().listening();
        assertThat(core.get("/ok").text()).isEqualTo("ok");

        Signals.send("STOP", core.workerPid());

        assertThat(core.get("/ok").status()).isEqualTo(504);
        awaitOk(core);
        assertThat(core.stderr()).contains(KILLED);
    }

    @Test
    void aWorkerThatRespondsToOthersKeepsItsSlowInvocations() {
        CoreProcess core =
                cores.with("failing.js").env("POLYFN_TIMEOUT", "1s").start().listening();
        for (int i = 0; i < 4; i++) {
            try (Wire slow = core.connect().request("GET", "/never", null)) {
                assertThat(core.get("/ok").text()).isEqualTo("ok");
                assertThat(slow.answer().status()).isEqualTo(504);
            }
        }

        assertThat(core.readyWorkers()).isEqualTo(1);
        assertThat(core.stderr()).doesNotContain("killing the worker");
    }

    /** Somebody sends SIGTERM to the worker alone: it has closed its port, and is not done yet. */
    @Test
    void aWorkerThatDrainsFinishesWhatItHas() {
        CoreProcess core = cores.with("gate.js").env("DRAIN_TERM", "1").start().listening();
        List<Wire> held = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            held.add(core.connect().request("GET", "/held", null));
        }
        core.awaitStdout("begun GET /held", 5);
        long draining = core.workerPid();

        Signals.send("TERM", draining);
        core.awaitStdout("draining");
        try (Wire next = core.connect().request("GET", "/quick", null)) {
            core.awaitStderr("replacing the worker: it refuses connections, and finishes what it has");
            Signals.send("USR2", draining);

            for (Wire wire : held) {
                assertThat(wire.answer().text()).isEqualTo("last");
                wire.close();
            }
            assertThat(next.answer().text()).isEqualTo("last");
        }
        assertThat(core.workerPid()).isNotEqualTo(draining);
        assertThat(core.stderr()).doesNotContain("SIGKILL");
    }

    @Test
    void aWorkerThatHasServedIsStartedAgainAtOnceHoweverOftenItIsKilled() {
        CoreProcess core = cores.start("failing.js");
        for (int i = 1; i <= 9; i++) {
            assertThat(core.get("/ok").text()).isEqualTo("ok");
            Signals.send("KILL", core.workerPid());
            core.awaitReadyWorkers(i + 1);
        }

        assertThat(pauses(core)).hasSize(9).containsOnly(0L);
    }

    /** Each start is followed by an invocation that ends the worker, and none is served. */
    @Test
    void inACrashLoopNobodyWaitsInSilenceForALongPause() {
        CoreProcess core = cores.start("failing.js");

        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> core.get("/exit?code=3").failure().equals("WorkerStartFailed"));

        assertThat(pauses(core)).startsWith(0L, 100L, 200L, 400L, 800L, 1600L);
    }

    private static void awaitOk(CoreProcess core) {
        await().atMost(Duration.ofSeconds(20)).until(() -> core.get("/ok").status() == 200);
    }

    private static List<Long> pauses(CoreProcess core) {
        return PAUSE.matcher(core.stderr())
                .results()
                .map((MatchResult pause) -> Long.valueOf(pause.group(1)))
                .toList();
    }
}
