package io.polyfn.core.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One worker process: starts it, reports its exit, signals its tree. It has no policy: it never decides to start another.
 *
 * <p>What it prints goes to {@link WorkerOutputs}.
 */
final class WorkerProcess {
    private static final AtomicInteger COUNT = new AtomicInteger();
    static final String MARKER = "POLYFN_WORKER_ID";
    static final String SOCKET = "POLYFN_SOCKET";
    // A grandchild may hold the pipe open after the worker's exit; the report of the exit does not wait for that.
    private static final long OUTPUT_AFTER_EXIT_MILLIS = 200;
    /** No socket listens on it. */
    private static final int NO_PORT = 0;

    private final Process process;
    private final WorkerOutputs outputs;
    private final String marker;
    private final Optional<Path> socket;
    private final int port;
    private final boolean isFirst;
    private volatile boolean killed;
    private final CompletableFuture<WorkerExit> exit = new CompletableFuture<>();

    private WorkerProcess(
            Process process, WorkerOutputs outputs, String id, Optional<Path> socket, int port, boolean isFirst) {
        this.process = process;
        this.outputs = outputs;
        this.marker = MARKER + "=" + id;
        this.socket = socket;
        this.port = port;
        this.isFirst = isFirst;
        outputs.started(process);
        // A thread of its own: Process.onExit uses the pool that the whole process shares. In thousands of exits one
        // notification was lost there, which leaves a dead worker unreplaced.
        Thread.ofPlatform().daemon().name("worker-exit").start(this::awaitExit);
    }

    private void awaitExit() {
        try {
            int code = process.waitFor();
            outputs.awaitEnd(OUTPUT_AFTER_EXIT_MILLIS);
            exit.complete(new WorkerExit(code, outputs.lastStderr()));
        } catch (InterruptedException e) {
            exit.completeExceptionally(new IllegalStateException("BUG: nobody interrupts this thread", e));
        }
    }

    /**
     * Starts the command. Its environment names the places where it may open its link.
     *
     * @param runtimeApiVariables for a worker that may poll the Runtime API; empty for none
     * @param fixedPort the port that it is told, or null for a free one
     * @param log watches what it prints, or null if nobody wants to know
     *
     * @throws IOException if the command cannot be executed; the message names it and says why
     */
    static WorkerProcess start(
            WorkerCommand command,
            Map<String, String> runtimeApiVariables,
            @Nullable Integer fixedPort,
            @Nullable InvocationLog log)
            throws IOException {
        String folder = command.obstacle();
        if (folder != null) {
            throw new IOException(folder);
        }
        if (command.argv().isEmpty()) {
            throw new IOException(command.nothingToStart());
        }
        Path file = command.workingDirectory().resolve(command.argv().getFirst());
        // A name without a folder is looked up in PATH, where packages put what runs here.
        if (command.argv().getFirst().contains("/") && Files.isReadable(file)) {
            Optional<String> obstacle = ExecutableFile.obstacle(file, System.getProperty("os.arch"));
            if (obstacle.isPresent()) {
                throw new IOException(obstacle.get());
            }
        }
        String id = ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet() + "-"
                + Long.toHexString(System.nanoTime());
        Optional<Path> socket = socketFor(id);
        int port = fixedPort == null ? freePort() : fixedPort;
        ProcessBuilder builder = new ProcessBuilder(command.argv())
                .directory(command.workingDirectory().toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(command.environment().variables());
        environment.putAll(runtimeApiVariables);
        // A custom runtime reads its port from these (contract 1.6); the platform's own port is the core's.
        for (String name : Set.of("FC_CUSTOM_LISTEN_PORT", "FC_SERVER_PORT", "AGENT_PORT", "PORT")) {
            environment.put(name, Integer.toString(port));
        }
        environment.remove("POLYFN_PORT");
        environment.remove(FirstWorker.VARIABLE);
        environment.put(WorkerCommand.CODE_PATH, command.directory().toString());
        environment.put(MARKER, id);
        socket.ifPresentOrElse(path -> environment.put(SOCKET, path.toString()), () -> environment.remove(SOCKET));
        WorkerOutputs outputs = log == null ? WorkerOutputs.inherited() : WorkerOutputs.watched(builder, log);
        try {
            Process process = builder.start();
            OomPriority.first(process);
            return new WorkerProcess(process, outputs, id, socket, port, false);
        } catch (IOException e) {
            outputs.notStarted();
            socket.ifPresent(WorkerProcess::removeSocket);
            throw e;
        }
    }

    /** Takes over what the entrypoint has started. */
    static WorkerProcess adopt(FirstWorker first) {
        Process process = new AdoptedProcess(first.process());
        OomPriority.first(process);
        return new WorkerProcess(
                process, WorkerOutputs.inherited(), first.id(), Optional.of(first.socket()), NO_PORT, true);
    }

    long pid() {
        return process.pid();
    }

    /** Where the worker may listen on a Unix socket; empty where no folder is writable. */
    Optional<Path> socket() {
        return socket;
    }

    /** The TCP port that the worker was told to listen on. */
    int port() {
        return port;
    }

    /** Whether it came before the core, and listens on the public port for that. */
    boolean isFirst() {
        return isFirst;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether {@link #killTree} was its end, or came after it. */
    boolean wasKilled() {
        return killed;
    }

    /** Completed when the process has exited and its output has been read. */
    CompletableFuture<WorkerExit> onExit() {
        return exit;
    }

    /** The last bytes that the worker has written to standard error so far. */
    String lastStderr() {
        return outputs.lastStderr();
    }

    /** The worker and its descendants. */
    Set<ProcessHandle> descendants() {
        return ProcessTree.descendants(process.toHandle());
    }

    /** The worker, its descendants, and those that have detached themselves. */
    Set<ProcessHandle> tree() {
        return ProcessTree.of(process.toHandle(), marker);
    }

    /**
     * Asks the whole process tree to stop (SIGTERM).
     *
     * @return the processes that were signalled: a shell script that runs a server exits at once, its server may have work to finish
     */
    Set<ProcessHandle> terminateTree() {
        Set<ProcessHandle> tree = tree();
        tree.forEach(ProcessHandle::destroy);
        return tree;
    }

    /** Kills the whole process tree (SIGKILL) and removes its socket. */
    void killTree() {
        killed = true;
        tree().forEach(ProcessHandle::destroyForcibly);
        socket.ifPresent(WorkerProcess::removeSocket);
    }

    private static Optional<Path> socketFor(String id) {
        // The root file system may be read-only; shared memory is still a folder then, with Docker and Kubernetes
        // alike.
        return Stream.of(System.getProperty("java.io.tmpdir"), "/dev/shm")
                .flatMap(folder -> privateFolder(Path.of(folder, "polyfn-" + id)).stream())
                .findFirst()
                .map(folder -> folder.resolve("worker.sock"));
    }

    private static Optional<Path> privateFolder(Path folder) {
        try {
            return Optional.of(Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        } catch (IOException notWritable) {
            return Optional.empty();
        }
    }

    private static void removeSocket(Path socket) {
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        } catch (IOException leftBehind) {
            // The folder goes with the container, or with the machine's temporary files.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
