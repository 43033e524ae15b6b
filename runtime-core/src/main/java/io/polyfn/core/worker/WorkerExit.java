package io.polyfn.core.worker;

import io.polyfn.core.failure.LastWords;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a worker exited.
 *
 * @param code the exit code; 128 + n where signal n killed it
 * @param lastStderr the end of its standard error, at most {@value WorkerOutput#TAIL_BYTES} bytes
 * @param outOfMemory whether the kernel has probably killed it because the container's memory was exhausted
 */
public record WorkerExit(int code, String lastStderr, boolean outOfMemory) {
    private static final List<String> SIGNALS = List.of(
            "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
            "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM");

    public WorkerExit(int code, String lastStderr) {
        this(code, lastStderr, false);
    }

    /** The signal that killed it, such as {@code SIGKILL}; null if it exited by itself. */
    public @Nullable String signal() {
        int signal = code - 128;
        return signal > 0 && signal < SIGNALS.size() ? SIGNALS.get(signal) : null;
    }

    /** For the log, where standard error is too: code, and signal if there was one. */
    String summary() {
        String signal = signal();
        String how = signal == null
                ? "exit code " + code
                : "signal " + (code - 128) + " (" + signal + "), exit code " + code;
        return outOfMemory
                ? how + ": probably out of memory, the kernel has killed a process at the container's limit"
                : how;
    }

    /** For a caller who may see it: the summary and the last lines of standard error. */
    public String describe() {
        return LastWords.append(summary(), lastStderr);
    }
}
