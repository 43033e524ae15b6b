package io.polyfn.core.failure;

import org.jspecify.annotations.Nullable;

/** Why an invocation failed: the only exception that crosses packages. It has no stack trace, because its caller is not in this program. */
public final class InvocationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureCode code;

    /**
     * @param code the row of the failure table
     * @param message what was wrong and, where the caller can do something about it, what
     */
    public InvocationFailure(FailureCode code, String message) {
        this(code, message, null);
    }

    public InvocationFailure(FailureCode code, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.code = code;
    }

    /** What a caller is told of any exception on its invocation's way. */
    public static InvocationFailure of(Throwable cause) {
        return cause instanceof InvocationFailure failure
                ? failure
                : new InvocationFailure(FailureCode.BAD_WORKER_ANSWER, "the core failed: " + cause, cause);
    }

    /** The same failure for a caller who must not see what the worker printed. */
    public InvocationFailure withoutLastWords() {
        return new InvocationFailure(code, LastWords.remove(message()), getCause());
    }

    public FailureCode code() {
        return code;
    }

    /** The message; unlike {@link #getMessage()} never null. */
    public String message() {
        String message = getMessage();
        return message == null ? code.wire() : message;
    }
}
