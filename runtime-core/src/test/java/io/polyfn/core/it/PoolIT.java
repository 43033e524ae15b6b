package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several workers (decision 0057): each gets its part, and what happens to one concerns no other. */
class PoolIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @Test
    void invocationsGoToTheWorkerWithTheFewestAndInTurns() {
        CoreProcess core = two(cores.with("failing.js"));
        Set<String> both = pids(core, 4);
        assertThat(both).hasSize(2);

        try (Wire busy = core.connect()) {
            busy.request("GET", "/never", null);
            core.awaitStdout("begun /never");
            Set<String> idle = pids(core, 4);

            assertThat(idle).hasSize(1);
            assertThat(both).containsAll(idle);
        }
    }

    @Test
    void aWorkerThatExitsFailsItsOwnInvocationsAlone() {
        CoreProcess core = two(cores.with("gate.js"));
        try (Wire one = core.connect().request("GET", "/held", null);
                Wire other = core.connect().request("GET", "/held", null)) {
            core.awaitStdout("begun GET /held", 2);

            Signals.send("KILL", core.workerPids().getFirst());
            core.awaitReadyWorkers(3);
            Signals.send("USR2", core.workerPids().get(1));

            assertThat(List.of(said(one), said(other))).containsExactlyInAnyOrder("WorkerExited", "last");
        }
        assertThat(core.stderr())
                .contains("worker 1 exited with signal 9")
                .doesNotContain("worker 2 exited")
                .containsPattern("WorkerExited: http /held failed after \\d+ ms in worker 1, request id");
    }

    @Test
    void eachWorkerIsInitializedOnceAlsoALaterOne() {
        CoreProcess core = two(cores.with("hooks.js"));

        for (int i = 0; i < 3; i++) {
            assertThat(initialize(core).status()).isEqualTo(200);
        }
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(2);

        Signals.send("KILL", core.workerPid());
        core.awaitReadyWorkers(3);
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(3);
        for (int i = 0; i < 4; i++) {
            assertThat(core.get("/state").text()).endsWith(" initialized").doesNotContain("not");
        }
    }

    @Test
    void thePlatformGetsTheFirstFailureAndARetryRunsWhereItIsDue() {
        CoreProcess core = two(cores.with("hooks.js").env("FAIL_ONE", folder.resolve("failed")));

        var failed = initialize(core);
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.text()).isEqualTo("not yet");
        assertThat(core.stderr())
                .containsPattern("initialize /initialize failed after \\d+ ms in worker [12], request id");
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(2);

        assertThat(initialize(core).status()).isEqualTo(200);
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(3);
    }

    /** Decision 0055: it was initialized before there was a core, and the others are started when the core knows. */
    @Test
    void workersThatFollowTheOneThatCameFirstAreInitializedAsItWas() {
        CoreProcess core = two(cores.with("first.js").through("""
                folder=$TMPDIR/polyfn-first
                mkdir "$folder"
                (
                  cd "$FC_FUNC_CODE_PATH"
                  export POLYFN_WORKER_ID=first POLYFN_SOCKET=$folder/worker.sock POLYFN_HANDOVER_SOCKET=$folder/core.sock
                  exec node first.js </dev/null 2>/dev/null
                ) &
                export POLYFN_FIRST_WORKER="$! first $folder"
                exec "$@"
                """));

        assertThat(initialize(core).status()).isEqualTo(200);

        assertThat(core.stdout()).contains("called POST /initialize handed-over");
        assertThat(core.countInStdout("called POST /initialize")).isEqualTo(1);
        assertThat(pids(core, "/state", 4)).hasSize(2);
    }

    @Test
    void everyWorkerHearsOfTheStop() {
        CoreProcess core = two(cores.with("hooks.js"));

        assertThat(core.stop().code()).isZero();

        assertThat(core.countInStdout("called GET /pre-stop")).isEqualTo(2);
        assertThat(core.countInStdout("FC PreStop Start")).isEqualTo(1);
        assertThat(Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"echo.js,1", "echo.js,2", "poller.js,1", "poller.js,2"})
    void replacementsUnderLoadLoseNothing(String function, int workers) throws Exception {
        CoreProcess core = cores.with(function)
                .env("DIALECT", "lambda")
                .env("LOOPS", 1)
                .env("POLYFN_WORKERS", workers)
                .managed()
                .start()
                .listening();
        core.awaitReadyWorkers(workers);

        var load = new Load(
                core, wire -> assertThat(wire.invoke("x").answer().status()).isEqualTo(200));
        for (int i = 0; i < 3; i++) {
            load.awaitMore(50);
            try (Wire wire = core.management()) {
                assertThat(wire.request("POST", "/workers/" + workers + "/replace", new byte[0])
                                .answer()
                                .status())
                        .isEqualTo(200);
            }
        }
        load.awaitMore(50);
        load.end();

        assertThat(core.readyWorkers()).isEqualTo(workers + 3);
        assertThat(load.failures()).isEmpty();
        // Two slots are left of all, and the others have let their ports go.
        await().untilAsserted(() -> assertThat(Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-"))
                .hasSize(workers));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aWorkerIsReplacedAfterItsLastInvocation(int workers) throws Exception {
        CoreProcess core = cores.with("failing.js")
                .env("POLYFN_WORKERS", workers)
                .env("POLYFN_WORKER_MAX_REQUESTS", 20)
                .start()
                .listening();
        core.awaitReadyWorkers(workers);

        var load = new Load(
                core,
                wire -> assertThat(wire.request("GET", "/ok", null).answer().text())
                        .isEqualTo("ok"));
        core.awaitReadyWorkers(workers + 3);
        load.end();

        assertThat(load.failures()).isEmpty();
        assertThat(core.stderr()).contains("it has had 20 invocations");
    }

    @Test
    void aWorkerThatHasTooMuchMemoryIsReplaced() {
        CoreProcess core = cores.with("failing.js")
                .env("POLYFN_WORKER_MAX_MEMORY", "160M")
                .start()
                .listening();

        // As much as one look needs that does not find it new.
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(300))
                .until(() -> core.get("/leak").status() == 200 && core.readyWorkers() > 1);

        assertThat(core.stderr()).containsPattern("replacing the worker: it has \\d+ MB of memory");
        assertThat(core.get("/ok").text()).isEqualTo("ok");
    }

    @Test
    void aWorkerThatIsLargeFromTheStartIsNotReplacedForThat() {
        CoreProcess core = cores.with("failing.js")
                .env("POLYFN_WORKER_MAX_MEMORY", "1M")
                .start()
                .listening();

        core.awaitStderr("as soon as it has started, which is more than POLYFN_WORKER_MAX_MEMORY");

        assertThat(core.get("/ok").text()).isEqualTo("ok");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void aWorkerThatHangsIsReplacedWhileTheOtherGoesOn() {
        CoreProcess core =
                two(cores.with("failing.js").env("POLYFN_TIMEOUT", "1s").env("GO_ON", folder.resolve("never")));

        assertThat(core.get("/block").status()).isEqualTo(504);
        AtomicInteger served = new AtomicInteger();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            served.addAndGet(core.get("/ok").status() == 200 ? 1 : 0);
            return core.readyWorkers() == 3;
        });

        assertThat(served).hasPositiveValue();
        assertThat(core.stderr()).contains("it has sent nothing while the deadlines");
        for (int i = 0; i < 4; i++) {
            assertThat(core.get("/ok").text()).isEqualTo("ok");
        }
    }

    /** It seems to hang, and may succeed yet: the others go to the next worker meanwhile. */
    @Test
    void whatCanStillSucceedInAWorkerThatHangsIsWaitedFor() throws Exception {
        Path goOn = folder.resolve("go-on");
        CoreProcess core = cores.with("failing.js")
                .env("POLYFN_GRACE", "60s")
                .env("GO_ON", goOn)
                .start()
                .listening();
        try (Wire slow = core.connect().request("GET", "/block", null, "x-fc-function-timeout: 60")) {
            core.awaitStdout("begun /block");

            await().atMost(Duration.ofSeconds(20))
                    .until(() -> core.get("/ok", "x-fc-function-timeout: 1").status() == 200);
            assertThat(core.readyWorkers()).isEqualTo(2);
            Files.createFile(goOn);

            assertThat(slow.answer().text()).isEqualTo("blocked");
        }
    }

    @Test
    void severalWorkersCannotHaveOnePort() {
        CoreProcess core = cores.with("ports.js")
                .env("LISTEN_ON", "127.0.0.1:" + Ports.free())
                .env("POLYFN_WORKERS", 2)
                .start()
                .listening();

        var failed = core.get("/");

        assertThat(failed.failure()).isEqualTo("WorkerStartFailed");
        assertThat(failed.text()).contains("POLYFN_WORKERS=2 needs a worker that listens on the port in PORT");
        assertThat(core.stderr()).contains("or set POLYFN_WORKERS=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void workersThatPollHaveARuntimeApiEach(String dialect) {
        CoreProcess core = two(cores.poller(dialect, 1));
        try (Wire one = core.connect().invoke("hold", "x-fc-request-id: one");
                Wire other = core.connect().invoke("hold", "x-fc-request-id: other")) {
            core.awaitStdout("holding one").awaitStdout("holding other");

            Signals.send("USR2", core.workerPids());

            assertThat(one.answer().text()).isEqualTo("late");
            assertThat(other.answer().text()).isEqualTo("late");
        }
        Set<String> apis = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            String text = core.invoke("env").text();
            apis.add(text.replaceAll(".*\"AWS_LAMBDA_RUNTIME_API\":\"([^\"]*)\".*", "$1"));
        }
        assertThat(apis).hasSize(2);
    }

    /** Whoever has waited for longest is next, whichever worker it was meant for. */
    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void anInvocationInLineGoesToTheWorkerThatPollsFirst(String dialect) {
        CoreProcess core = two(cores.poller(dialect, 1));
        List<Wire> held = hold(core, 2);
        List<Wire> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(core.connect().invoke("waiting " + i));
            core.awaitRead();
        }

        Signals.send("USR2", core.workerPids().getFirst());

        for (int i = 0; i < 4; i++) {
            assertThat(waiting.get(i).answer().text()).isEqualTo("Hello, waiting " + i);
        }
        assertThat(core.countInStdout("late answer")).isEqualTo(1);
        Signals.send("USR2", core.workerPids().get(1));
        assertThat(held).allSatisfy(wire -> assertThat(wire.answer().text()).isEqualTo("late"));
        held.forEach(Wire::close);
        waiting.forEach(Wire::close);
    }

    /** It may be the last one that has a place for what is in line elsewhere. */
    @Test
    void aWorkerThatBecomesReadyTakesWhatIsInLineAtAnother() {
        CoreProcess core = two(cores.poller("lambda", 1));
        List<Wire> held = hold(core, 2);
        try (Wire first = core.connect().invoke("first");
                Wire second = core.connect().invoke("second")) {
            core.awaitRead();
            Signals.send("KILL", core.workerPids().getFirst());

            assertThat(first.answer().text()).isEqualTo("Hello, first");
            assertThat(second.answer().text()).isEqualTo("Hello, second");
        }
        Signals.send("USR2", core.workerPids().get(1));
        assertThat(held.stream().map(PoolIT::said)).containsExactlyInAnyOrder("WorkerExited", "late");
        held.forEach(Wire::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anInitializerThatNoWorkerHasTakenRunsInTheNextOnes(int workers) {
        CoreProcess core =
                cores.poller("fc", 1).env("POLYFN_WORKERS", workers).start().listening();
        core.awaitReadyWorkers(workers);
        List<Wire> held = hold(core, workers);
        try (Wire initialize = core.connect().request("POST", "/initialize", new byte[0])) {
            core.awaitRead();
            Signals.send("KILL", core.workerPids());

            assertThat(initialize.answer().status()).isEqualTo(200);
        }
        core.awaitReadyWorkers(2 * workers);
        assertThat(core.countInStdout("hook 1")).isEqualTo(workers);
        held.forEach(Wire::close);
    }

    @Test
    void anInitializerThatOneWorkerHasNotTakenRunsOnceInEach() {
        CoreProcess core = two(cores.poller("fc", 1));
        List<Wire> held = hold(core, 2);
        try (Wire initialize = core.connect().request("POST", "/initialize", new byte[0])) {
            core.awaitRead();
            Signals.send("KILL", core.workerPids().getFirst());
            core.awaitStderr("worker 1 exited with signal 9");
            Signals.send("USR2", core.workerPids().get(1));

            assertThat(initialize.answer().status()).isEqualTo(200);
        }
        core.awaitReadyWorkers(3);
        assertThat(core.countInStdout("hook 1")).isEqualTo(2);
        held.forEach(Wire::close);
    }

    /** So many invocations that are in the function until SIGUSR2. */
    private static List<Wire> hold(CoreProcess core, int count) {
        List<Wire> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(core.connect().invoke("hold", "x-fc-request-id: held-" + i));
            core.awaitStdout("holding held-" + i);
        }
        return held;
    }

    @Test
    void anInvocationThatAPollingWorkerHasNotTakenGoesToTheOther() {
        CoreProcess core = two(cores.poller("lambda", 1));
        List<Wire> held = hold(core, 2);
        try (Wire waiting = core.connect().invoke("waiting");
                Wire alsoWaiting = core.connect().invoke("waiting too")) {
            core.awaitRead();
            Signals.send("KILL", core.workerPids().getFirst());
            Signals.send("USR2", core.workerPids().get(1));

            assertThat(waiting.answer().text()).isEqualTo("Hello, waiting");
            assertThat(alsoWaiting.answer().text()).isEqualTo("Hello, waiting too");
            assertThat(held.stream().map(PoolIT::said)).containsExactlyInAnyOrder("WorkerExited", "late");
        }
        held.forEach(Wire::close);
    }

    private static CoreProcess two(CoreProcess.Setup setup) {
        CoreProcess core = setup.env("POLYFN_WORKERS", 2).start().listening();
        core.awaitReadyWorkers(2);
        return core;
    }

    private static Set<String> pids(CoreProcess core, int times) {
        return pids(core, "/pid", times);
    }

    private static Set<String> pids(CoreProcess core, String path, int times) {
        Set<String> pids = new HashSet<>();
        for (int i = 0; i < times; i++) {
            pids.add(core.get(path).text());
        }
        return pids;
    }

    private static String said(Wire wire) {
        var answer = wire.answer();
        return answer.status() == 200 ? answer.text() : answer.failure();
    }

    private static Wire.Answer initialize(CoreProcess core) {
        return core.call("POST", "/initialize", new byte[0]);
    }
}
