package io.polyfn.core.worker;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Starts workers: the first one while the core itself starts, so that function and core come up together, every later one on request.
 *
 * <p>It remembers the newest process, so that none outlives the core, however the core ends.
 */
public final class WorkerLauncher {
    private static @Nullable FutureTask<WorkerProcess> early;
    private static @Nullable WorkerProcess newest;

    private final WorkerCommand command;

    /**
     * @param arguments the command of the image, which a {@code bootstrap} in the code folder goes before
     * @param config what says where that folder is
     */
    public WorkerLauncher(List<String> arguments, Config config) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        config.getOptionalValue(WorkerCommand.CODE_PATH, String.class)
                .ifPresent(path -> environment.put(WorkerCommand.CODE_PATH, path));
        this.command = WorkerCommand.of(arguments, environment);
    }

    /**
     * Starts the first worker, on a thread of its own since that takes the JVM some 50 ms; {@link #launch()} hands it, or the reason why
     * it did not start, to the supervisor later.
     */
    public static synchronized void startEarly(List<String> arguments, Map<String, String> environment) {
        FutureTask<WorkerProcess> start =
                new FutureTask<>(() -> WorkerProcess.start(WorkerCommand.of(arguments, environment)));
        early = start;
        Thread.ofPlatform().daemon().name("worker-start").start(start);
    }

    /** Ends the newest worker's process tree; for a core that ends without having stopped its worker. */
    public static synchronized void killNewest() {
        try {
            takeEarly();
        } catch (IOException neverStarted) {
            return;
        }
        if (newest != null) {
            newest.killTree();
        }
    }

    WorkerCommand command() {
        return command;
    }

    /** The worker that was started early, or else a new one. */
    WorkerProcess launch() throws IOException {
        synchronized (WorkerLauncher.class) {
            WorkerProcess started = takeEarly() ? newest : WorkerProcess.start(command);
            newest = started;
            return Objects.requireNonNull(started);
        }
    }

    /** Makes the worker that was started early the newest one; false if there is none left to take. */
    private static boolean takeEarly() throws IOException {
        FutureTask<WorkerProcess> start = early;
        early = null;
        if (start == null) {
            return false;
        }
        try {
            newest = start.get();
            return true;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException reason ? reason : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the worker was being started", e);
        }
    }
}
