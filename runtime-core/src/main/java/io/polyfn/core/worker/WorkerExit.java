package io.polyfn.core.worker;

import java.util.List;

/**
 * How a worker ended.
 *
 * @param code the exit code; 128 + n where signal n ended it
 * @param lastStderr what it last wrote to standard error, at most {@value WorkerOutput#TAIL_BYTES} bytes
 */
public record WorkerExit(int code, String lastStderr) {
    private static final List<String> SIGNALS = List.of(
            "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
            "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM");

    /** For a log line or a caller: code, signal if there was one, last lines of standard error. */
    public String describe() {
        String how = "exit code " + code;
        int signal = code - 128;
        if (signal > 0 && signal < SIGNALS.size()) {
            how = "signal " + signal + " (" + SIGNALS.get(signal) + "), exit code " + code;
        }
        return lastStderr.isBlank() ? how : how + "; its last lines on stderr: " + lastStderr.strip();
    }
}
