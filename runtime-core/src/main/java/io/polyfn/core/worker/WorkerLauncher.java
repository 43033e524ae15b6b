package io.polyfn.core.worker;

import io.polyfn.core.platform.LinkType;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.platform.WorkerSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes of all worker slots: the first one while the core itself starts, so that function and core come up together, every
 * later one on request. It knows all that run, so that none outlives the core, however the core exits.
 */
public final class WorkerLauncher {
    private final WorkerCommand command;
    private final @Nullable LinkType link;
    private final @Nullable Integer port;
    private final int concurrency;
    private final Optional<FirstWorker> first;
    private final @Nullable InvocationLog log;
    private final RuntimeApiPort runtimeApi = new RuntimeApiPort();
    private final OutOfMemory outOfMemory = new OutOfMemory();
    private final Set<WorkerProcess> running = ConcurrentHashMap.newKeySet();
    private @Nullable FutureTask<WorkerProcess> early;

    /**
     * @param arguments the command of the image; a {@code bootstrap} in the code folder takes precedence
     * @param concurrency how many invocations the function may have at once; 0 for no limit
     */
    public WorkerLauncher(
            List<String> arguments, PlatformEnvironment environment, WorkerSettings settings, int concurrency) {
        this.command = WorkerCommand.of(arguments, environment);
        this.link = settings.link();
        this.port = settings.port();
        int workers = settings.pool().workers();
        // The limit is the instance's, and its workers share it.
        this.concurrency = (concurrency + workers - 1) / workers;
        this.first = FirstWorker.of(environment);
        // A worker that the entrypoint has started writes to the container's own output.
        this.log = settings.logTail() && first.isEmpty() ? new InvocationLog() : null;
    }

    /** Starts the first worker on a thread of its own, since that takes the JVM some 50 ms; {@link #early} hands it over later. */
    public synchronized void startEarly() {
        FutureTask<WorkerProcess> start = new FutureTask<>(
                () -> first.isPresent() ? known(WorkerProcess.adopt(first.get())) : launch(runtimeApi));
        early = start;
        Thread.ofPlatform().daemon().name("worker-start").start(start);
    }

    /** The worker that has come before the core. */
    public Optional<FirstWorker> first() {
        return first;
    }

    /** The port of the Runtime API that the first worker is told. */
    RuntimeApiPort runtimeApi() {
        return runtimeApi;
    }

    OutOfMemory outOfMemory() {
        return outOfMemory;
    }

    boolean hasRunning() {
        return running.stream().anyMatch(WorkerProcess::isAlive);
    }

    /** What the worker prints during an invocation; null if it is not watched. */
    public @Nullable InvocationLog log() {
        return log;
    }

    WorkerCommand command() {
        return command;
    }

    /** The worker that was started early; null if it has been handed over, or none was. */
    @Nullable
    WorkerProcess early() throws IOException {
        FutureTask<WorkerProcess> started = takeEarly();
        return started == null ? null : result(started);
    }

    /** @param api the port of the Runtime API that the worker is told */
    WorkerProcess launch(RuntimeApiPort api) throws IOException {
        Map<String, String> runtimeApiVariables = link == LinkType.PUSH
                ? Map.of()
                : RuntimeApiEnvironment.of(command.environment(), command.directory(), api.open(), concurrency);
        return known(start(runtimeApiVariables));
    }

    /** Kills every process tree that is left; for a core that exits without having stopped its worker. */
    public void killAll() {
        FutureTask<WorkerProcess> started = takeEarly();
        if (started != null) {
            try {
                result(started).killTree();
            } catch (IOException neverStarted) {
                return;
            }
        }
        running.forEach(WorkerProcess::killTree);
    }

    private synchronized @Nullable FutureTask<WorkerProcess> takeEarly() {
        FutureTask<WorkerProcess> started = early;
        early = null;
        return started;
    }

    private WorkerProcess known(WorkerProcess started) {
        running.add(started);
        outOfMemory.begin();
        var _ = started.onExit().whenComplete((exit, failure) -> running.remove(started));
        return started;
    }

    private WorkerProcess start(Map<String, String> runtimeApiVariables) throws IOException {
        try {
            return WorkerProcess.start(command, runtimeApiVariables, port, log);
        } catch (OutOfMemoryError noThread) {
            // The JVM throws this for the lack of a thread, too, and does not exit then.
            throw new IOException(
                    "no process or thread can be started: the container's limit of processes is reached", noThread);
        }
    }

    private static WorkerProcess result(FutureTask<WorkerProcess> start) throws IOException {
        try {
            return start.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException reason ? reason : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the worker was being started", e);
        }
    }
}
