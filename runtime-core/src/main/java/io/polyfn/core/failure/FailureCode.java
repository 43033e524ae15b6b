package io.polyfn.core.failure;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of failures: wire code, HTTP status for HTTP functions, and who failed.
 *
 * <p>The response to a failed event is 404 with {@code x-fc-status: 404} whatever the code (contract 4.1), except for {@link
 * #PAYLOAD_TOO_LARGE}, which no function has seen. The wire code travels in the {@value #HEADER} header.
 */
public enum FailureCode {
    /** The function threw, rejected, or returned a value that cannot be sent. */
    FUNCTION_ERROR("FunctionError", 500, Origin.WORKER),
    /** The worker found no handler under the configured name. */
    HANDLER_NOT_FOUND("HandlerNotFound", 503, Origin.WORKER),
    /** The worker could not load the function: syntax error, missing module. */
    FUNCTION_LOAD_FAILED("FunctionLoadFailed", 503, Origin.WORKER),
    /** The worker is shutting down and takes no more invocations. */
    WORKER_EXITING("WorkerExiting", 503, Origin.WORKER),
    /** The request body is larger than allowed; the function was not called. */
    PAYLOAD_TOO_LARGE("PayloadTooLarge", 413, Origin.CORE),
    /** The request cannot be handed to the function in the form that it expects. */
    BAD_REQUEST("BadRequest", 400, Origin.CORE),
    /** The request claims to be a CloudEvent but is not a valid one; the function was not called. */
    INVALID_CLOUD_EVENT("InvalidCloudEvent", 400, Origin.CORE),
    /** The concurrency limit and the queue are full. */
    TOO_MANY_INVOCATIONS("TooManyInvocations", 429, Origin.CORE),
    /** The core holds as much for callers and workers as its memory bears. */
    MEMORY_EXHAUSTED("MemoryExhausted", 503, Origin.CORE),
    /** The worker's process exited during the invocation. */
    WORKER_EXITED("WorkerExited", 502, Origin.CORE),
    /** The worker closed the connection, or its response is not HTTP. */
    BAD_WORKER_ANSWER("BadWorkerAnswer", 502, Origin.CORE),
    /** The worker could not be started, or did not open its link in time. */
    WORKER_START_FAILED("WorkerStartFailed", 503, Origin.CORE),
    /** The caller disconnected; only logs and metrics have this code. */
    CALLER_LEFT("CallerLeft", 499, Origin.CORE),
    /** The caller stalled in its request or its response while others waited for its place in the worker. */
    CALLER_TOO_SLOW("CallerTooSlow", 408, Origin.CORE),
    /** The core is shutting down, and the grace period is over. */
    DRAINING("Draining", 503, Origin.CORE),
    /** The deadline passed before the response was complete. */
    DEADLINE_EXCEEDED("DeadlineExceeded", 504, Origin.CORE);

    /** The response header that names the code, so that a failure of the core is never taken for the function's own response. */
    public static final String HEADER = "x-polyfn-failure";

    private static final Map<String, FailureCode> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(FailureCode::wire, code -> code));

    private final String wire;
    private final int status;
    private final Origin origin;

    FailureCode(String wire, int status, Origin origin) {
        this.wire = wire;
        this.status = status;
        this.origin = origin;
    }

    /** The code as it stands in the header and in {@code errorType}. */
    public String wire() {
        return wire;
    }

    /** The HTTP status that an HTTP function's caller gets. */
    public int httpStatus() {
        return status;
    }

    /** The same for what stands in {@value #HEADER}; a function that fails in its own words says nothing there. */
    public static int httpStatus(@Nullable String wire) {
        return (wire == null ? FUNCTION_ERROR : BY_WIRE.getOrDefault(wire, FUNCTION_ERROR)).status;
    }

    /** The HTTP status that an event's caller gets (contract 4.1). */
    public int eventStatus() {
        return this == PAYLOAD_TOO_LARGE ? status : 404;
    }

    /** Whether the same request may succeed a moment later, at this instance or another. */
    public boolean mayBeRetried() {
        return status == 429 || status == 503;
    }

    /** Whether a worker may report this code itself; any other value in its response is a forgery and is dropped. */
    public static boolean mayComeFromWorker(@Nullable String wire) {
        FailureCode code = wire == null ? null : BY_WIRE.get(wire);
        return code != null && code.origin == Origin.WORKER;
    }

    private enum Origin {
        WORKER,
        CORE
    }
}
