package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.testing.Loop;
import io.polyfn.core.testing.Scripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(20)
class WorkerProcessTest {
    @TempDir
    Path code;

    private @Nullable WorkerProcess worker;
    private @Nullable InvocationLog log;

    @AfterEach
    void endWhatWasStarted() {
        if (worker != null) {
            worker.killTree();
        }
    }

    @Test
    void reportsTheExitCodeWithTheEndOfStandardError() throws Exception {
        WorkerExit exit = exitOf(start("echo first >&2", "echo 'no such module' >&2", "exit 3"));

        assertThat(exit).isEqualTo(new WorkerExit(3, "first\nno such module\n"));
    }

    @Test
    void reportsASignalAs128PlusItsNumber() throws Exception {
        assertThat(exitOf(start("kill -KILL $$")).code()).isEqualTo(137);
        assertThat(exitOf(start("kill -TERM $$")).describe()).isEqualTo("signal 15 (SIGTERM), exit code 143");
    }

    /** The kernel may have killed one of its children before. */
    @Test
    void anExitThatTheCoreHasCausedIsNoShortageOfMemory() throws Exception {
        AtomicLong kills = new AtomicLong();
        OutOfMemory outOfMemory = new OutOfMemory(kills::get);
        outOfMemory.begin();
        WorkerProcess started = start("exec sleep 987");
        CompletableFuture<WorkerExit> exit = new CompletableFuture<>();
        Loop loop = new Loop();
        new WorkerRun(started, outOfMemory).onExit(loop.vertx().getOrCreateContext(), exit::complete);
        kills.incrementAndGet();

        started.killTree();

        assertThat(exit.get(10, TimeUnit.SECONDS).describe()).isEqualTo("signal 9 (SIGKILL), exit code 137");
        loop.close();
    }

    /** As for a worker whose outputs are watched. */
    @Test
    void reportsTheExitUnderWatchToo() throws Exception {
        log = new InvocationLog();

        WorkerExit exit = exitOf(start("echo first >&2", "echo printed", "exit 3"));

        assertThat(exit).isEqualTo(new WorkerExit(3, "first\n"));
    }

    @Test
    void aGrandchildThatKeepsTheStreamsOpenDoesNotHoldTheReportUp() throws Exception {
        WorkerExit exit = exitOf(start("echo gone >&2", "sleep 987 &", "exit 4"));

        assertThat(exit).isEqualTo(new WorkerExit(4, "gone\n"));
    }

    @Test
    void whatItWroteSoFarCanBeReadWhileItLives() throws Exception {
        WorkerProcess started = start("echo waiting >&2", "exec sleep 987");

        await().until(started::lastStderr, "waiting\n"::equals);
        assertThat(started.isAlive()).isTrue();
    }

    @Test
    void getsThePlatformsEnvironmentWithItsOwnPorts() throws Exception {
        Map<String, String> platform = Map.of(
                "PATH", System.getenv("PATH"),
                "FC_FUNC_CODE_PATH", code.toString(),
                "FC_CUSTOM_LISTEN_PORT", "9000",
                "FC_SERVER_PORT", "9000",
                "POLYFN_PORT", "9000",
                "POLYFN_SOCKET", "/somewhere/else",
                "POLYFN_LINK", "push",
                "SOMETHING", "of = the user's\nown");
        Scripts.shell(code, "bootstrap", "exec env -0 > env");

        WorkerProcess started = start(platform);
        exitOf(started);

        String port = Integer.toString(started.port());
        assertThat(started.port()).isBetween(1, 65535).isNotEqualTo(9000);
        Map<String, String> environment = environment();
        assertThat(environment.remove("POLYFN_WORKER_ID")).isNotEmpty();
        environment.keySet().removeAll(List.of("PWD", "SHLVL", "_", "OLDPWD"));
        assertThat(environment)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "PATH",
                        System.getenv("PATH"),
                        "AGENT_PORT",
                        port,
                        "FC_FUNC_CODE_PATH",
                        code.toString(),
                        "POLYFN_LINK",
                        "push",
                        "FC_CUSTOM_LISTEN_PORT",
                        port,
                        "FC_SERVER_PORT",
                        port,
                        "PORT",
                        port,
                        "POLYFN_SOCKET",
                        started.socket().orElseThrow().toString(),
                        "SOMETHING",
                        "of = the user's\nown"));
    }

    @Test
    void theSocketsFolderIsItsOwnersAlone() throws Exception {
        Path folder = start("exec sleep 987").socket().orElseThrow().getParent();

        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void twoWorkersShareNeitherPortNorSocketNorMarker() throws Exception {
        Scripts.shell(code, "bootstrap", "exec sleep 987");
        WorkerProcess one = start(Map.of("FC_FUNC_CODE_PATH", code.toString()));
        WorkerProcess other = start(Map.of("FC_FUNC_CODE_PATH", code.toString()));
        try {
            assertThat(other.socket()).isNotEqualTo(one.socket());
            one.killTree();
            assertThat(exitOf(one).code()).isEqualTo(137);
            assertThat(other.isAlive()).isTrue();
        } finally {
            one.killTree();
        }
    }

    @Test
    void runsInTheCodeFolderWithNothingOnStandardInput() throws Exception {
        WorkerExit exit = exitOf(start("pwd > where", "readlink /proc/$$/fd/0 > stdin", "cat >> stdin"));

        assertThat(exit.code()).isZero();
        assertThat(code.resolve("where")).hasContent(code.toRealPath().toString());
        assertThat(code.resolve("stdin")).hasContent("/dev/null");
    }

    @Test
    void aTermReachesTheWholeTree() throws Exception {
        WorkerProcess started = start(
                "sh -c 'trap \"echo child > child; exit\" TERM; echo up >&2; while :; do sleep 0.01; done' &",
                "trap 'wait; echo root > root; exit 5' TERM",
                "echo up >&2",
                "wait");
        await().until(started::lastStderr, "up\nup\n"::equals);

        assertThat(started.terminateTree()).hasSizeGreaterThanOrEqualTo(2);

        assertThat(exitOf(started).code()).isEqualTo(5);
        assertThat(code.resolve("child")).hasContent("child");
        assertThat(code.resolve("root")).hasContent("root");
    }

    @Test
    void aStubbornChildIsEndedByKill() throws Exception {
        WorkerProcess started = start("trap 'echo no >&2' TERM", "echo up >&2", "while :; do sleep 0.01; done");
        await().until(started::lastStderr, "up\n"::equals);

        Set<ProcessHandle> tree = started.terminateTree();
        await().until(started::lastStderr, stderr -> stderr.contains("no"));
        assertThat(started.isAlive()).isTrue();
        started.killTree();

        assertThat(exitOf(started).code()).isEqualTo(137);
        assertThat(tree).extracting(ProcessHandle::pid).contains(started.pid());
    }

    @Test
    void killingTheTreeRemovesItsSocketToo() throws Exception {
        WorkerProcess started = start(
                "exec node -e \"require('net').createServer().listen(process.env.POLYFN_SOCKET, () => console.error('up'))\"");
        Path socket = started.socket().orElseThrow();
        await().until(started::lastStderr, "up\n"::equals);
        assertThat(socket).exists();

        started.killTree();
        exitOf(started);

        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void aProcessInTheBackgroundDiesWithTheTree() throws Exception {
        WorkerProcess started =
                start("(setsid sh -c 'echo $$ > daemon; echo up >&2; exec sleep 987' &)", "exec sleep 987");
        await().until(started::lastStderr, "up\n"::equals);
        ProcessHandle daemon = ProcessHandle.of(
                        Long.parseLong(Files.readString(code.resolve("daemon")).strip()))
                .orElseThrow();

        started.killTree();

        exitOf(started);
        await().until(() -> !runs(daemon));
    }

    @Test
    void withoutACommandTheReasonSaysWhatToDo() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> start(Map.of("FC_FUNC_CODE_PATH", code.toString())))
                .withMessageContaining("put an executable bootstrap there, or give the image a CMD");
    }

    @Test
    void aCommandThatCannotBeExecutedIsNamedAndLeavesNothingBehind() throws IOException {
        List<Path> before = sockets();

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> WorkerProcess.start(
                        WorkerCommand.of(
                                List.of("/not/there"),
                                new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", code.toString()))),
                        Map.of(),
                        null,
                        null))
                .withMessageContaining("/not/there")
                .withMessageContaining("No such file");
        assertThat(sockets()).isEqualTo(before);
    }

    private WorkerProcess start(String... lines) throws IOException {
        Scripts.shell(code, "bootstrap", lines);
        return start(Map.of("FC_FUNC_CODE_PATH", code.toString(), "PATH", System.getenv("PATH")));
    }

    private WorkerProcess start(Map<String, String> environment) throws IOException {
        WorkerProcess started = WorkerProcess.start(
                WorkerCommand.of(List.of(), new PlatformEnvironment(environment)), Map.of(), null, log);
        worker = started;
        return started;
    }

    private static WorkerExit exitOf(WorkerProcess process) throws Exception {
        return process.onExit().get(10, TimeUnit.SECONDS);
    }

    /** Dead, or a zombie whose new parent has not looked after it yet. */
    private static boolean runs(ProcessHandle process) {
        try {
            return process.isAlive()
                    && !Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"))
                            .contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    private Map<String, String> environment() throws IOException {
        Map<String, String> environment = new HashMap<>();
        for (String entry : Files.readString(code.resolve("env")).split("\0", -1)) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                environment.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return environment;
    }

    private static List<Path> sockets() throws IOException {
        String mine = "polyfn-" + ProcessHandle.current().pid() + "-";
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith(mine))
                    .sorted()
                    .toList();
        }
    }
}
