package io.polyfn.core.worker;

import io.polyfn.core.failure.LastWords;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is said about a worker's start: that it is ready; or why it is not, and what to do.
 *
 * @param name {@code worker}, with its number where there are several
 */
record StartMessages(WorkerCommand command, String name) {
    private static final String ONLY = "worker";

    /** @param workers how many there are */
    static StartMessages of(WorkerCommand command, int number, int workers) {
        return new StartMessages(command, workers == 1 ? ONLY : ONLY + " " + number);
    }

    /** Null where there are no others. */
    @Nullable
    String nameAmongOthers() {
        return name.equals(ONLY) ? null : name;
    }

    /** At the beginning of a sentence, or in the middle of one. */
    String the() {
        return name.equals(ONLY) ? "the worker" : name;
    }

    String ready(Duration uptime, Worker worker) {
        return "%s ready after %d ms at %s (pid %d: %s)"
                .formatted(name, uptime.toMillis(), worker.address(), worker.pid(), command.display());
    }

    String pollsToo() {
        return the()
                + " listens on a port and polls the Runtime API as well; it gets its invocations on the port. POLYFN_LINK=pull reverses this";
    }

    String functionCouldNotStart(String reason) {
        return "the function could not start" + (name.equals(ONLY) ? "" : " in " + name) + ": " + reason;
    }

    String notOpened(Duration timeout, String stderr) {
        String reason =
                ("%s (%s) did not open its link within %s; it must listen on the socket in POLYFN_SOCKET or on any TCP"
                                + " port, or poll the Runtime API")
                        .formatted(the(), command.display(), display(timeout));
        return LastWords.append(reason, stderr);
    }

    String tookCorePort(int port) {
        return ("%s listens on port %d, which is the core's own: configure it to listen on the port in FC_SERVER_PORT or PORT, or"
                        + " move the core with POLYFN_PORT or, on FC, the function's port (CAPort)")
                .formatted(the(), port);
    }

    String onlyOne(int workers, WorkerAddress address) {
        return ("POLYFN_WORKERS=%d needs a worker that listens on the port in PORT or on the socket in POLYFN_SOCKET, or polls the Runtime"
                        + " API: this one listens at %s, a port of its own, on which a second process cannot listen. Let it read its port"
                        + " from PORT, or set POLYFN_WORKERS=1")
                .formatted(workers, address);
    }

    String exitedEarly(String exit) {
        return the() + " (" + command.display() + ") exited before it was ready, with " + exit;
    }

    private static String display(Duration time) {
        return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
