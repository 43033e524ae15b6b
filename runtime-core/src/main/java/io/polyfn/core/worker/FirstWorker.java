package io.polyfn.core.worker;

import io.polyfn.core.platform.PlatformEnvironment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A worker that the image's entrypoint has started before the core, and that serves the public port until the core takes it over (contract
 * 1.7).
 *
 * @param process a child of this process; its standard error is this process's standard input
 * @param id of the worker, as in its environment
 * @param socket on which the core reaches it, as any worker
 * @param handoverSocket on which the core tells it that the port is the core's now
 */
public record FirstWorker(ProcessHandle process, String id, Path socket, Path handoverSocket) {
    /** Its process, its id, and the folder of its sockets. No later worker may inherit it. */
    static final String VARIABLE = "POLYFN_FIRST_WORKER";

    /** The first worker, if there is one. Whether it is still alive does not matter: then its exit is reported like any other's. */
    public static Optional<FirstWorker> of(PlatformEnvironment environment) {
        String[] parts = environment.get(VARIABLE, "").split(" ", -1);
        if (parts.length != 3 || !parts[0].matches("\\d{1,10}")) {
            return Optional.empty();
        }
        Path folder = Path.of(parts[2]);
        return ProcessHandle.of(Long.parseLong(parts[0]))
                .filter(process -> process.parent().equals(Optional.of(ProcessHandle.current())))
                .map(process ->
                        new FirstWorker(process, parts[1], folder.resolve("worker.sock"), folder.resolve("core.sock")));
    }
}
