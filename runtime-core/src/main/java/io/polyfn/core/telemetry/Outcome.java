package io.polyfn.core.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param code {@code success} or a failure's wire code
 * @param fromFunction whether the function responded, be it with an error of its own; otherwise the core wrote a failure
 * @param unhandled whether FC would call it an unhandled function error in its log markers (contract 5.1)
 * @param reason of a failure, for people; null for success
 */
public record Outcome(
        String code,
        boolean fromFunction,
        boolean unhandled,
        @Nullable String reason) {
    public static final Outcome SUCCESS = new Outcome("success", true, false, null);

    /** The function responded with an error of its own. */
    public static Outcome functionError(boolean unhandled, String reason) {
        return new Outcome("FunctionError", true, unhandled, reason);
    }

    public boolean succeeded() {
        return reason == null;
    }
}
