package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to workers of a pool, each invocation gets its own response, from a worker that was ready for it, and a stop ends them all. */
class PoolFaultsIT {
    private static final int WORKERS = 3;
    private static final int FAULTS = 9;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"push", "fc", "lambda"})
    void eachInvocationGetsItsOwnResponseWhileWorkersAreKilledAndReplaced(String link) throws Exception {
        CoreProcess core = (link.equals("push") ? cores.with("hooks.js") : cores.poller(link, 1))
                .env("POLYFN_WORKERS", WORKERS)
                .managed()
                .start()
                .listening();
        assertThat(core.call("POST", "/initialize", new byte[0]).status()).isEqualTo(200);
        AtomicInteger ids = new AtomicInteger();
        AtomicInteger exits = new AtomicInteger();
        Load load = new Load(core, wire -> {
            String id = "state " + ids.incrementAndGet();
            Wire.Answer answer = link.equals("push")
                    ? wire.request("GET", "/state", null, "x-id: " + id).answer()
                    : wire.invoke(id).answer();
            if (answer.status() == 200) {
                // What Lambda's functions initialize, they initialize at their start.
                assertThat(answer.text()).isEqualTo(id + (link.equals("lambda") ? " not" : "") + " initialized");
            } else {
                assertThat(answer.failure()).as(answer.text()).isEqualTo("WorkerExited");
                exits.incrementAndGet();
            }
        });
        for (int i = 0; i < FAULTS; i++) {
            List<JsonObject> ready = awaitReady(core, WORKERS);
            load.awaitMore(20);
            if (i % 3 != 1) {
                Signals.send("KILL", ready.get(i % WORKERS).getLong("pid"));
            }
            if (i % 3 != 0) {
                try (Wire wire = core.management()) {
                    wire.request("POST", "/workers/" + ((i + 1) % WORKERS + 1) + "/replace", new byte[0]);
                    assertThat(wire.answer().status()).isIn(200, 409);
                }
            }
        }
        awaitReady(core, WORKERS);
        load.awaitMore(20);
        load.end();

        assertThat(load.failures()).isEmpty();
        CoreProcess.say(
                "%s: %d invocations, %d of them in workers that were killed".formatted(link, ids.get(), exits.get()));
        assertThat(core.stop().code()).isZero();
        assertThat(left(core)).isEmpty();
    }

    @Test
    void workersThatAreReplacedAtOnceServeUntilTheNextOnesAreReady() throws Exception {
        CoreProcess core = cores.with("hooks.js")
                .env("POLYFN_WORKERS", WORKERS)
                .managed()
                .start()
                .listening();
        awaitReady(core, WORKERS);
        Load load = new Load(
                core,
                wire -> assertThat(wire.request("GET", "/state", null, "x-id: one")
                                .answer()
                                .status())
                        .isEqualTo(200));
        load.awaitMore(20);

        List<Wire> replacements = IntStream.rangeClosed(1, WORKERS)
                .mapToObj(id -> core.management().request("POST", "/workers/" + id + "/replace", new byte[0]))
                .toList();

        assertThat(replacements)
                .allSatisfy(wire -> assertThat(wire.answer().status()).isEqualTo(200));
        replacements.forEach(Wire::close);
        load.awaitMore(20);
        load.end();
        assertThat(load.failures()).isEmpty();
        assertThat(core.readyWorkers()).isEqualTo(2 * WORKERS);
    }

    @Test
    void aStopEndsAWorkerThatDrains() {
        CoreProcess core = cores.with("gate.js")
                .env("POLYFN_GRACE", "2s")
                .env("IGNORE_TERM", 1)
                .managed()
                .start()
                .listening();
        try (Wire held = core.connect().request("GET", "/held", null)) {
            core.awaitStdout("begun GET /held");
            awaitReady(core, 1);
            assertThat(core.management()
                            .request("POST", "/workers/1/replace", new byte[0])
                            .answer()
                            .status())
                    .isEqualTo(200);
            List<JsonObject> workers = workers(core);
            assertThat(workers).extracting(worker -> worker.getString("state")).containsExactly("ready", "draining");
            assertThat(workers.getLast().getInteger("id")).isEqualTo(1);
            assertThat(workers.getLast().getInteger("inFlight")).isEqualTo(1);

            core.terminate();

            assertThat(held.answer().failure()).isEqualTo("Draining");
            assertThat(core.end().code()).isZero();
        }
        assertThat(left(core)).isEmpty();
    }

    @Test
    void aStopEndsANextWorkerThatIsNotReadyYet() throws Exception {
        Path hold = folder.resolve("hold");
        CoreProcess core =
                cores.with("hooks.js").env("HOLD_ONCE", hold).managed().start().listening();
        assertThat(core.call("POST", "/initialize", new byte[0]).status()).isEqualTo(200);
        awaitReady(core, 1);
        Files.createFile(hold);
        Wire management = core.management().request("POST", "/workers/1/replace", new byte[0]);
        core.awaitStdout("called POST /initialize", 2);
        assertThat(core.get("/state").text()).endsWith(" initialized");
        assertThat(workers(core))
                .extracting(worker -> worker.getString("state"))
                .containsExactly("replacing");

        assertThat(core.stop().code()).isZero();
        management.close();
        assertThat(left(core)).isEmpty();
    }

    /** The workers, once each place has one that is ready. */
    private static List<JsonObject> awaitReady(CoreProcess core, int count) {
        return await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                // The management port opens after the public one.
                .ignoreExceptions()
                .until(
                        () -> workers(core).stream()
                                .filter(worker -> worker.getString("state").equals("ready"))
                                .toList(),
                        ready -> ready.size() == count);
    }

    private static List<JsonObject> workers(CoreProcess core) {
        try (Wire wire = core.management()) {
            return new JsonArray(wire.request("GET", "/workers", null).answer().text())
                    .stream().map(JsonObject.class::cast).toList();
        }
    }

    private static List<Long> left(CoreProcess core) {
        return Signals.marked("POLYFN_WORKER_ID=" + core.pid() + "-");
    }
}
