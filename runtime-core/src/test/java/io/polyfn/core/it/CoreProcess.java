package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packaged core as a process of its own.
 *
 * <p>What it writes goes to files, not through a thread of the test: what stands in them when an answer has arrived was written before.
 */
final class CoreProcess implements AutoCloseable {
    static final Path FUNCTIONS = Path.of("src/test/functions").toAbsolutePath();

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern LISTENING = Pattern.compile("listening on 0\\.0\\.0\\.0:(\\d+)");
    private static final Pattern WORKER_READY =
            Pattern.compile("worker(?: \\d+)? ready after \\d+ ms at (\\S+) \\(pid (\\d+):");

    private final Process process;
    private final Path folder;
    private final Path stdout;
    private final Path stderr;
    private final int management;
    private volatile int port;

    private CoreProcess(Process process, Path folder, Path stdout, Path stderr, int management) {
        this.process = process;
        this.folder = folder;
        this.stdout = stdout;
        this.stderr = stderr;
        this.management = management;
    }

    /** How a core is started. */
    static final class Setup {
        private final List<String> command;
        private final Consumer<CoreProcess> register;
        private final Map<String, String> environment = new LinkedHashMap<>();
        private final List<String> javaOptions = new ArrayList<>();
        private String shell = "exec \"$@\"";
        private int management;

        Setup(List<String> command, Consumer<CoreProcess> register) {
            this.command = command;
            this.register = register;
            env("FC_FUNC_CODE_PATH", FUNCTIONS);
            env("POLYFN_PORT", "0");
            env("POLYFN_MANAGEMENT", "off");
        }

        /** Sets a variable. */
        Setup env(String name, Object value) {
            environment.put(name, value.toString());
            return this;
        }

        /** Opens the management port, for {@link CoreProcess#awaitInFlight}. */
        Setup managed() {
            management = Ports.free();
            return env("POLYFN_MANAGEMENT", "on").env("POLYFN_MANAGEMENT_PORT", management);
        }

        /** Leaves a variable out that is set by default. */
        Setup without(String name) {
            environment.remove(name);
            return this;
        }

        /** The worker listens on the TCP port it was given, not on the Unix socket. */
        Setup onPort() {
            return env("LINK", "port");
        }

        Setup javaOption(String option) {
            javaOptions.add(option);
            return this;
        }

        /** How a shell starts the core's command, {@code "$@"}; for redirections. */
        Setup through(String script) {
            shell = script;
            return this;
        }

        CoreProcess start() {
            try {
                Path folder = Files.createTempDirectory("polyfn-it-");
                Path out = folder.resolve("stdout");
                Path err = folder.resolve("stderr");
                // Where the tests run in the background of a script, SIGINT and SIGQUIT are ignored, and children
                // inherit that.
                List<String> argv = new ArrayList<>(List.of("env", "--default-signal", "/bin/sh", "-c", shell, "core"));
                argv.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
                argv.add("@" + Path.of("src/main/docker/java.options").toAbsolutePath());
                // A test's own options may not fit the cache; then the JVM starts without it.
                argv.add("-XX:AOTCache=" + Path.of("target/core.aot").toAbsolutePath());
                argv.add("-Xlog:aot=off,cds=off");
                // A core that is killed leaves its files; this way they go with its folder.
                argv.add("-Djava.io.tmpdir=" + folder);
                argv.addAll(javaOptions);
                argv.addAll(List.of("-jar", jar().toString()));
                argv.addAll(command);
                ProcessBuilder builder = new ProcessBuilder(argv)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                        .redirectError(ProcessBuilder.Redirect.appendTo(err.toFile()));
                builder.environment()
                        .keySet()
                        .removeIf(name -> name.startsWith("POLYFN_")
                                || name.startsWith("FC_")
                                || name.startsWith("QUARKUS_")
                                || name.equals("PORT"));
                builder.environment().put("TMPDIR", folder.toString());
                builder.environment().putAll(environment);
                CoreProcess core = new CoreProcess(builder.start(), folder, out, err, management);
                register.accept(core);
                return core;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        static Path jar() throws IOException {
            try (Stream<Path> files = Files.list(Path.of("target"))) {
                return files.filter(file -> file.toString().endsWith("-runner.jar"))
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no core in target/: run mvn package first"))
                        .toAbsolutePath();
            }
        }
    }

    /** Waits until the public port is open. */
    CoreProcess listening() {
        awaitStderr(LISTENING);
        return this;
    }

    /** A connection to the management port. */
    Wire management() {
        return new Wire(management);
    }

    /** Waits until so many invocations and hooks are in flight, those that wait for their turn or for a worker included. */
    CoreProcess awaitInFlight(int count) {
        await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            try (Wire metrics = management()) {
                return metrics.request("GET", "/metrics", null, "Connection: close")
                        .answer()
                        .text()
                        .contains("polyfn_invocations_in_flight " + count + ".0\n");
            }
        });
        return this;
    }

    int port() {
        if (port == 0) {
            port = Integer.parseInt(awaitStderr(LISTENING).group(1));
        }
        return port;
    }

    Wire connect() {
        return new Wire(port());
    }

    /** One request on a connection of its own. */
    Wire.Answer call(String method, String path, byte[] body, String... headers) {
        try (Wire wire = connect()) {
            return wire.request(method, path, body, headers).answer(method);
        }
    }

    Wire.Answer get(String path, String... headers) {
        try (Wire wire = connect()) {
            return wire.request("GET", path, null, headers).answer();
        }
    }

    Wire.Answer invoke(String event, String... headers) {
        return call("POST", "/invoke", event.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Waits until the core has read what has been sent to it: it takes connections in their order, and answers this request without its worker. */
    void awaitRead() {
        try (Wire wire = connect().head("POST", "/invoke", "Content-Length: 99999999")) {
            assertThat(wire.readHead().status()).isEqualTo(413);
        }
    }

    long pid() {
        return process.pid();
    }

    /** The newest worker that became ready. */
    long workerPid() {
        return Long.parseLong(ready().getLast().group(2));
    }

    /** Every worker that became ready, in their order. */
    List<Long> workerPids() {
        return ready().stream().map(one -> Long.valueOf(one.group(2))).toList();
    }

    /** Where the newest worker listens. */
    String workerAddress() {
        return ready().getLast().group(1);
    }

    /** Where every worker listened that became ready, in their order. */
    List<String> workerAddresses() {
        return ready().stream().map(one -> one.group(1)).toList();
    }

    /** How many workers have become ready so far. */
    int readyWorkers() {
        return ready().size();
    }

    private List<MatchResult> ready() {
        return WORKER_READY.matcher(stderr()).results().toList();
    }

    void awaitReadyWorkers(int count) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(readyWorkers()).isGreaterThanOrEqualTo(count));
    }

    String stdout() {
        return read(stdout);
    }

    byte[] stdoutBytes() {
        return readBytes(stdout);
    }

    String stderr() {
        return read(stderr);
    }

    byte[] stderrBytes() {
        return readBytes(stderr);
    }

    /** How often a text stands in standard output. */
    int countInStdout(String text) {
        return stdout().split(Pattern.quote(text), -1).length - 1;
    }

    CoreProcess awaitStdout(String text) {
        return awaitStdout(text, 1);
    }

    CoreProcess awaitStdout(String text, int times) {
        await("'" + text + "' on stdout")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> countInStdout(text) >= times);
        return this;
    }

    MatchResult awaitStderr(String pattern) {
        return awaitStderr(Pattern.compile(pattern));
    }

    private MatchResult awaitStderr(Pattern pattern) {
        return await("/" + pattern + "/ on stderr")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> find(pattern), found -> found.hasMatch() || !process.isAlive());
    }

    private MatchResult find(Pattern pattern) {
        Matcher matcher = pattern.matcher(stderr());
        var _ = matcher.find();
        return matcher.toMatchResult();
    }

    /** SIGTERM, and the end. */
    Ended stop() {
        terminate();
        return end();
    }

    void terminate() {
        Signals.send("TERM", pid());
    }

    Ended end() {
        long from = System.nanoTime();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the core ended")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return new Ended(process.exitValue(), Duration.ofNanos(System.nanoTime() - from));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** How a core ended, and how long that took. */
    record Ended(int code, Duration took) {}

    /** The core, its worker, and everything below. */
    List<Long> tree() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    /** Physical memory in kilobytes. */
    long residentKilobytes() {
        return read(proc("status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow();
    }

    int openDescriptors() {
        return entries(proc("fd")).size();
    }

    /** The names of its threads, of which Linux keeps 15 characters. */
    List<String> threads() {
        return entries(proc("task")).stream()
                .map(thread -> read(thread.resolve("comm")).strip())
                .toList();
    }

    /** How many files and folders the core and its workers have in their folder for temporary files. */
    int files() {
        return entries(folder).size();
    }

    private Path proc(String what) {
        return Path.of("/proc", Long.toString(pid()), what);
    }

    private static List<Path> entries(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void printLogs(String test) {
        say("---- " + test + ": stderr of the core (pid " + pid() + ")\n" + end(stderr()));
        say("---- " + test + ": stdout\n" + end(stdout()) + "----");
    }

    /** For figures and logs that a person wants to see. */
    @SuppressWarnings("SystemOut")
    static void say(String text) {
        System.out.println(text);
    }

    private static String end(String text) {
        return text.length() <= 6000 ? text : "..." + text.substring(text.length() - 6000);
    }

    /** Kills the core and its workers, and deletes the folder that holds what they wrote. */
    @Override
    public void close() {
        List<Long> all = tree();
        all.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        // The worker of a killed core has a new parent; its environment still names the core's pid.
        await("the end of the core's processes")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Signals.killMarked("POLYFN_WORKER_ID=" + pid() + "-") == 0);
        try {
            process.waitFor();
            deleteFolder();
        } catch (InterruptedException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void deleteFolder() throws IOException {
        List<Path> content;
        try (Stream<Path> all = Files.walk(folder)) {
            content = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : content) {
            Files.delete(path);
        }
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new java.util.Random(length).nextBytes(bytes);
        return bytes;
    }

    static String sha256(byte[] bytes) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<String> lines(String text) {
        return Arrays.asList(text.split("\n", -1));
    }

    private static String read(Path file) {
        return new String(readBytes(file), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
