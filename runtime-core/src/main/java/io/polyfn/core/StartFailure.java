package io.polyfn.core;

import java.net.BindException;
import java.util.List;

/** Prints why the core could not start: one line for each reason, without stack traces. */
final class StartFailure {
    private StartFailure() {}

    static void print(Throwable failure) {
        reasons(failure).forEach(StartFailure::print);
    }

    /** Why the control plane cannot be started. The only thing outside of the process that it needs is its port. */
    static String ofControlPlane(Throwable failure, int port) {
        Throwable why = failure;
        while (why.getCause() != null) {
            why = why.getCause();
        }
        String message = String.valueOf(why.getMessage());
        boolean portTaken = why instanceof BindException || message.contains("bind(");
        return portTaken
                ? "port %d: %s; POLYFN_MANAGEMENT_PORT sets another".formatted(port, message)
                : String.join("; ", reasons(failure));
    }

    static List<String> reasons(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidSettings invalid) {
                return invalid.problems();
            }
            if (cause instanceof IllegalArgumentException wrong && wrong.getMessage() != null) {
                return List.of(wrong.getMessage());
            }
        }
        return List.of(innermost(failure));
    }

    /** What broke and why, without the layers around it. */
    private static String innermost(Throwable failure) {
        Throwable what = failure;
        Throwable why = failure;
        while (why.getCause() != null) {
            what = why;
            why = why.getCause();
        }
        return what.equals(why) ? why.toString() : what.getMessage() + ": " + why.getMessage();
    }

    @SuppressWarnings("SystemOut")
    private static void print(String reason) {
        System.err.println("polyfn: " + reason);
    }
}
