package io.polyfn.core.worker;

import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Starts workers: the first one before Quarkus itself, so that function and core start in parallel, every later one on request.
 *
 * <p>It remembers the newest process, so that none outlives the core, however the core ends.
 */
@Singleton
public final class WorkerLauncher {
    private static @Nullable Attempt early;
    private static @Nullable WorkerProcess newest;

    private final WorkerCommand command;

    WorkerLauncher(@CommandLineArguments String[] arguments, Config config) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        config.getOptionalValue(WorkerCommand.CODE_PATH, String.class)
                .ifPresent(path -> environment.put(WorkerCommand.CODE_PATH, path));
        this.command = WorkerCommand.of(List.of(arguments), environment);
    }

    /** Starts the first worker now; {@link #launch()} hands it, or the reason why it did not start, to the supervisor later. */
    public static synchronized void startEarly(List<String> arguments, Map<String, String> environment) {
        early = Attempt.at(WorkerCommand.of(arguments, environment));
        newest = early.process();
    }

    /** Ends the newest worker's process tree; for a core that ends without having stopped its worker. */
    public static synchronized void killNewest() {
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
            Attempt attempt = early == null ? Attempt.at(command) : early;
            early = null;
            newest = attempt.process();
            return attempt.orThrow();
        }
    }

    /** A start that worked, or the reason why it did not. */
    private record Attempt(
            @Nullable WorkerProcess process, @Nullable IOException failure) {
        static Attempt at(WorkerCommand command) {
            try {
                return new Attempt(WorkerProcess.start(command), null);
            } catch (IOException e) {
                return new Attempt(null, e);
            }
        }

        WorkerProcess orThrow() throws IOException {
            if (process == null) {
                throw failure == null ? new IOException("BUG: neither a process nor a reason") : failure;
            }
            return process;
        }
    }
}
