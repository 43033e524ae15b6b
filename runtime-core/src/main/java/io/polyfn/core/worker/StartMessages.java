package io.polyfn.core.worker;

import io.polyfn.core.failure.LastWords;
import java.time.Duration;

/** What is said about a worker's start: that it is ready; or why it is not, and what to do. */
record StartMessages(WorkerCommand command) {
    static final String POLLS_TOO =
            "the worker listens on a port and polls the Runtime API as well; it gets its invocations on the port."
                    + " POLYFN_LINK=pull reverses this";

    String ready(Duration uptime, Worker worker) {
        return "worker ready after %d ms at %s (pid %d: %s)"
                .formatted(uptime.toMillis(), worker.address(), worker.pid(), command.display());
    }

    String notOpened(Duration timeout, String stderr) {
        String reason =
                ("the worker (%s) did not open its link within %s; it must listen on the socket in POLYFN_SOCKET or on any TCP"
                                + " port, or poll the Runtime API")
                        .formatted(command.display(), display(timeout));
        return LastWords.append(reason, stderr);
    }

    String tookCorePort(int port) {
        return ("the worker listens on port %d, which is the core's own: configure it to listen on the port in FC_SERVER_PORT or PORT, or"
                        + " move the core with POLYFN_PORT or, on FC, the function's port (CAPort)")
                .formatted(port);
    }

    String exitedEarly(String exit) {
        return "the worker (" + command.display() + ") exited before it was ready, with " + exit;
    }

    private static String display(Duration time) {
        return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
