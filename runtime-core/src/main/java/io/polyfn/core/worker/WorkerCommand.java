package io.polyfn.core.worker;

import io.polyfn.core.platform.PlatformEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to start as the worker.
 *
 * @param argv the command: {@code bootstrap} of the code folder if it is there and executable, else the image's {@code CMD} (contract 1.3)
 * @param environment the core's environment
 * @param directory the code folder, also the working directory
 */
record WorkerCommand(List<String> argv, PlatformEnvironment environment, Path directory) {
    /** FC's name for the code folder (contract 1.6). */
    static final String CODE_PATH = "FC_FUNC_CODE_PATH";

    private static final String DEFAULT_CODE_PATH = "/code";

    WorkerCommand {
        argv = List.copyOf(argv);
    }

    /**
     * Decides what to start.
     *
     * @param arguments the core's own arguments, that is the image's {@code CMD}
     */
    static WorkerCommand of(List<String> arguments, PlatformEnvironment environment) {
        Path directory = Path.of(environment.get(CODE_PATH, DEFAULT_CODE_PATH)).toAbsolutePath();
        Path bootstrap = directory.resolve("bootstrap");
        boolean own = Files.isRegularFile(bootstrap) && Files.isExecutable(bootstrap);
        return new WorkerCommand(own ? List.of(bootstrap.toString()) : arguments, environment, directory);
    }

    /** The command as a person would type it, for messages. */
    String display() {
        return String.join(" ", argv);
    }

    /** Why there is nothing to start, and what to do. */
    String nothingToStart() {
        String hint = Files.exists(directory.resolve("bootstrap"))
                ? "it has a bootstrap that is not executable: chmod +x it"
                : "put an executable bootstrap there, or give the image a CMD";
        return "there is no worker to start in " + directory + ": " + hint;
    }

    /** Why the code folder cannot be used, and what to do; null if it can. */
    @Nullable
    String obstacle() {
        // Read without the right to enter it, the folder's bootstrap looks as if it were not there.
        return Files.isDirectory(directory) && !Files.isExecutable(directory)
                ? "the code folder %s cannot be entered by the user that runs the container: chmod 755 it, or COPY it with --chown"
                        .formatted(directory)
                : null;
    }

    Path workingDirectory() {
        return Files.isDirectory(directory) ? directory : Objects.requireNonNull(Path.of("/"));
    }
}
