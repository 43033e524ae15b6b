package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that die, never start or have too much to do: every invocation gets its answer, and the next one a worker. */
class FailuresIT {
    private static final Pattern PAUSE = Pattern.compile("restarting in (\\d+) ms");

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"/exit?code=0, exit code 0", "/exit?code=1, exit code 1", "/kill, 'signal 9 (SIGKILL), exit code 137'"})
    void aWorkerThatDiesInARequestCostsThatRequestOnly(String path, String how) {
        CoreProcess core = cores.start("failing.js");

        var http = core.get(path);
        var next = core.get("/ok");
        int question = path.indexOf('?');
        var event = core.invoke(
                "x",
                "x-path: " + (question < 0 ? path : path.substring(0, question)),
                "x-query: " + path.substring(question + 1));

        assertThat(http.status()).isEqualTo(502);
        assertThat(http.failure()).isEqualTo("WorkerExited");
        assertThat(http.header("x-fc-status")).isEmpty();
        assertThat(http.text()).contains(how).contains(path.equals("/kill") ? "" : "last words");
        assertThat(next.text()).isEqualTo("ok");
        assertThat(event.status()).isEqualTo(404);
        assertThat(event.header("x-fc-status")).isEqualTo("404");
        assertThat(event.failure()).isEqualTo("WorkerExited");
        assertThat(event.text()).contains(how, "\"errorType\":\"WorkerExited\"");
    }

    @Test
    void aWorkerThatDiesInAStreamEndsItWithoutItsLastChunk() {
        CoreProcess core = cores.start("failing.js");
        try (Wire wire = core.connect()) {
            wire.head("POST", "/exit-in-stream", "Transfer-Encoding: chunked");
            assertThat(wire.readHead().status()).isEqualTo(200);
            assertThat(new String(wire.readChunk(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("a part of it");

            wire.chunk("now");

            assertThat(wire.ended()).isTrue();
        }
        assertThat(core.get("/ok").text()).isEqualTo("ok");
    }

    @Test
    void allInvocationsInADyingWorkerGetTheirAnswer() {
        CoreProcess core = cores.start("failing.js");
        List<Wire> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(core.connect().request("GET", "/never", null));
        }
        core.awaitStdout("begun /never", 20);

        Signals.send("KILL", core.workerPid());

        for (Wire wire : waiting) {
            var answer = wire.answer();
            assertThat(answer.failure()).isEqualTo("WorkerExited");
            assertThat(answer.text()).contains("SIGKILL");
            wire.close();
        }
    }

    @Test
    void aWorkerThatEndsWhileNobodyCallsIsReplacedEvenAfterExitCode0() {
        CoreProcess core = cores.start("failing.js");

        assertThat(core.get("/exit-when-idle").text()).isEqualTo("ok");

        core.awaitReadyWorkers(2);
        assertThat(core.get("/ok").text()).isEqualTo("ok");
    }

    /** A restart with the same settings would fail in the same way. */
    @Test
    void aWorkerThatReportsAWrongSettingIsNotRestarted() {
        CoreProcess core = cores.command("sh", "-c", "echo POLYFN_HANDLER=foo is wrong >&2; exit 78")
                .start()
                .listening();

        for (int i = 0; i < 2; i++) {
            var refused = core.get("/");
            assertThat(refused.failure()).isEqualTo("WorkerStartFailed");
            assertThat(refused.text()).contains("exit code 78", "POLYFN_HANDLER=foo is wrong");
        }
        assertThat(core.stderr()).doesNotContain("restarting");
    }

    @Test
    void pausesBetweenStartsGrow() {
        CoreProcess core = cores.command("sh", "-c", "exit 1").start().listening();

        await().atMost(Duration.ofSeconds(10))
                .until(() -> PAUSE.matcher(core.stderr()).results().count() >= 5);

        assertThat(PAUSE.matcher(core.stderr()).results().limit(5).map(found -> found.group(1)))
                .containsExactly("0", "100", "200", "400", "800");
    }

    @Test
    void invocationsWaitForTheNextWorkerAndSucceed() {
        CoreProcess core = cores.start("failing.js");
        assertThat(core.get("/exit-then-start-late").failure()).isEqualTo("WorkerExited");
        List<Wire> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(core.connect().request("GET", "/waited", null));
        }

        for (Wire wire : waiting) {
            assertThat(wire.answer().text()).isEqualTo("ok");
            wire.close();
        }
        assertThat(core.readyWorkers()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"exit 3, exit code 3", "kill -9 $$, 'signal 9 (SIGKILL), exit code 137'", "exit 0, exit code 0"})
    void aWorkerThatDiesAtItsStartOpensThePortAndEveryCallerIsToldWhy(String end, String how) {
        CoreProcess core = cores.command("sh", "-c", "echo first line >&2; echo Cannot find module x >&2; " + end)
                .start()
                .listening();

        for (int i = 0; i < 3; i++) {
            var http = core.get("/");
            assertThat(http.status()).isEqualTo(503);
            assertThat(http.failure()).isEqualTo("WorkerStartFailed");
            assertThat(http.text()).contains(how, "first line\\nCannot find module x");
        }
        var event = core.invoke("x");
        assertThat(event.status()).isEqualTo(404);
        assertThat(event.failure()).isEqualTo("WorkerStartFailed");
        assertThat(event.header("x-fc-status")).isEqualTo("404");
        var hook = core.call("POST", "/initialize", new byte[0]);
        assertThat(hook.failure()).isEqualTo("WorkerStartFailed");
    }

    @Test
    void aWorkerComesBackWhenTheCauseIsGone() throws Exception {
        Path needed = folder.resolve("needed");
        CoreProcess core = cores.command("sh", "-c", "[ -f \"$NEEDED\" ] || exit 3; exec node failing.js")
                .env("NEEDED", needed)
                .start()
                .listening();
        assertThat(core.get("/ok").failure()).isEqualTo("WorkerStartFailed");

        Files.createFile(needed);

        core.awaitReadyWorkers(1);
        assertThat(core.get("/ok").text()).isEqualTo("ok");
    }

    @Test
    void aWorkerThatNeverListensIsReportedAfterTheStartTimeout() {
        CoreProcess core = cores.command("sh", "-c", "echo waiting for Godot >&2; exec sleep 1000")
                .env("POLYFN_START_TIMEOUT", "1s")
                .start()
                .listening();

        var answer = core.get("/");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.failure()).isEqualTo("WorkerStartFailed");
        assertThat(answer.text()).contains("within 1 s", "waiting for Godot");
    }

    @Test
    void aWorkerThatListensTooLateIsUsedAllTheSame() throws Exception {
        Path go = folder.resolve("go");
        CoreProcess core = cores.with("answers.js")
                .env("LISTEN_WHEN", go)
                .env("POLYFN_START_TIMEOUT", "500ms")
                .start()
                .listening();
        assertThat(core.get("/status?code=200").failure()).isEqualTo("WorkerStartFailed");

        Files.createFile(go);
        core.awaitReadyWorkers(1);

        assertThat(core.get("/status?code=200").status()).isEqualTo(200);
    }

    @Test
    void aCommandThatIsNotThereIsNamed() {
        CoreProcess core = cores.command("no-such-command", "x").start().listening();

        assertThat(core.get("/").failure()).isEqualTo("WorkerStartFailed");
        assertThat(core.get("/").text()).contains("no-such-command");
    }

    @Test
    void aFolderWithNothingToStartSaysWhatToDo() {
        CoreProcess core =
                cores.command().env("FC_FUNC_CODE_PATH", folder).start().listening();

        assertThat(core.get("/").text()).contains(folder.toString(), "bootstrap", "CMD");
    }

    /** Without that, it is the command that cannot be run, or a bootstrap that is not there. */
    @Test
    void aFolderThatMayNotBeEnteredIsNamed() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path code = Files.createDirectory(
                folder.resolve("code"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        boolean mayDoAnything = Files.isExecutable(code);
        CoreProcess core = cores.command("node", "x.js")
                .env("FC_FUNC_CODE_PATH", code)
                .javaOption("-Djava.io.tmpdir=" + folder)
                .through((mayDoAnything ? "exec setpriv --reuid=65532 --regid=65532 --clear-groups" : "exec")
                        + " \"$@\"")
                .start()
                .listening();

        assertThat(core.get("/").failure()).isEqualTo("WorkerStartFailed");
        assertThat(core.get("/").text())
                .contains("the code folder " + code + " cannot be entered by the user", "chmod 755");
    }

    @Test
    void anExecutableBootstrapWinsOverTheCommand() throws Exception {
        Path bootstrap = folder.resolve("bootstrap");
        Files.writeString(bootstrap, "#!/bin/sh\nexec node " + CoreProcess.FUNCTIONS.resolve("failing.js") + "\n");
        assertThat(bootstrap.toFile().setExecutable(true)).isTrue();
        CoreProcess core = cores.command("sh", "-c", "exit 9")
                .env("FC_FUNC_CODE_PATH", folder)
                .start()
                .listening();

        assertThat(core.get("/ok").text()).isEqualTo("ok");
    }

    @Test
    void aWorkerThatLivesAndTakesNoConnectionsIsReplaced() {
        CoreProcess core = cores.start("failing.js");
        core.get("/deaf");

        var refused = core.get("/ok");
        var next = core.get("/ok");

        assertThat(refused.status()).isEqualTo(502);
        assertThat(refused.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(refused.text()).contains("is running but refuses connections at");
        assertThat(next.text()).isEqualTo("ok");
        assertThat(core.stderr()).contains("killing the worker: it is running but refuses connections");
    }

    @Test
    void aWorkerWhoseQueueOfConnectionsIsFullKeepsWhatIsInIt() throws Exception {
        Path goOn = folder.resolve("go-on");
        CoreProcess core = cores.with("failing.js")
                .env("BACKLOG", "1")
                .env("GO_ON", goOn)
                .start()
                .listening();
        try (Wire blocking = core.connect()) {
            blocking.request("GET", "/block", null);
            core.awaitStdout("begun /block");
            List<CompletableFuture<Wire.Answer>> others = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                others.add(
                        CompletableFuture.supplyAsync(() -> core.get("/ok"), command -> new Thread(command).start()));
            }

            var refused = CompletableFuture.anyOf(others.toArray(CompletableFuture[]::new));
            assertThat(((Wire.Answer) refused.join()).text())
                    .contains("is running but refuses connections at")
                    .doesNotContain("another one");
            Files.createFile(goOn);
            assertThat(blocking.answer().text()).isEqualTo("blocked");
            assertThat(others.stream().map(CompletableFuture::join))
                    .anySatisfy(answer -> assertThat(answer.text()).isEqualTo("ok"));
        }
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @Test
    void thePlatformsTimeoutWinsOverTheConfiguredOne() {
        CoreProcess core =
                cores.with("failing.js").env("POLYFN_TIMEOUT", "700ms").start().listening();

        assertThat(core.get("/never?x").failure()).isEqualTo("DeadlineExceeded");
        assertThat(Integer.parseInt(core.get("/deadline").text())).isBetween(1, 700);
        assertThat(Integer.parseInt(
                        core.get("/deadline", "x-fc-function-timeout: 60").text()))
                .isBetween(50_000, 60_000);
        assertThat(Integer.parseInt(
                        core.get("/deadline", "x-fc-function-deadline: 5").text()))
                .isBetween(1, 700);
    }

    @Test
    void moreThanTheLimitWaitAndMoreThanTheQueueAreRefused() {
        CoreProcess core = cores.with("gate.js")
                .env("POLYFN_CONCURRENCY", "2")
                .env("POLYFN_QUEUE", "1")
                .managed()
                .start()
                .listening();
        Wire first = core.connect().request("GET", "/1", null);
        Wire second = core.connect().request("GET", "/2", null);
        core.awaitStdout("begun GET /1").awaitStdout("begun GET /2");
        Wire third = core.connect().request("GET", "/3", null, "x-fc-request-id: third");
        core.awaitInFlight(3);

        var refusedHttp = core.get("/4");
        var refusedEvent = core.invoke("5");
        third.leave();
        core.awaitStdout("FC Invoke End RequestId: third\n");
        Wire sixth = core.connect().request("GET", "/6", null, "x-fc-request-id: sixth");
        core.awaitInFlight(3);
        Signals.send("USR2", core.workerPid());

        assertThat(refusedHttp.status()).isEqualTo(429);
        assertThat(refusedHttp.failure()).isEqualTo("TooManyInvocations");
        assertThat(refusedHttp.header("retry-after")).isNotEmpty();
        assertThat(refusedEvent.status()).isEqualTo(404);
        assertThat(refusedEvent.failure()).isEqualTo("TooManyInvocations");
        for (Wire wire : List.of(first, second, sixth)) {
            assertThat(wire.answer().text()).isEqualTo("last");
            wire.close();
        }
        assertThat(core.stdout()).doesNotContain("begun GET /3", "begun GET /4", "begun POST /invoke");
    }

    @Test
    void a200InvocationsAreInFlightAtOnce() {
        CoreProcess core = cores.start("gate.js");
        List<Wire> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(core.connect().request("POST", "/invoke", new byte[1000]));
        }
        core.awaitStdout("begun POST /invoke", 200);

        Signals.send("USR2", core.workerPid());

        for (Wire wire : all) {
            assertThat(wire.answer().text()).isEqualTo("last");
            wire.close();
        }
    }
}
