package io.polyfn.core.platform;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The limits of invocations.
 *
 * @param port the public port; 0 for any that is free
 * @param timeout for an invocation where the platform does not send one in {@code x-fc-function-timeout}; null for no limit
 * @param maxEventSize in bytes; a larger event gets 413
 * @param maxBodySize of a request to an HTTP function, in bytes; {@link Long#MAX_VALUE} for no limit
 * @param concurrency the most invocations in the worker at once; 0 for no limit, because FC has its own
 * @param queue the most invocations that wait when the concurrency limit is reached; more get 429
 * @param callerTimeout how long a caller that stalls may keep others waiting
 * @param cloudEvents whether a CloudEvent over HTTP is an event for the function
 */
public record InvocationSettings(
        int port,
        @Nullable Duration timeout,
        long maxEventSize,
        long maxBodySize,
        int concurrency,
        int queue,
        Duration callerTimeout,
        boolean cloudEvents) {}
