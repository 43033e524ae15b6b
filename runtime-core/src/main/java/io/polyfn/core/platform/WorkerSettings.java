package io.polyfn.core.platform;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the worker is started, found and stopped.
 *
 * @param startTimeout for a worker to open its link; after it every invocation fails, but the worker may still become ready
 * @param link the link of the worker; null to detect it
 * @param port the TCP port that the worker listens on; null to detect it
 * @param drainDelay for which the core goes on accepting when it is to stop
 * @param grace for a stop as a whole, after that: invocations in flight, the pre-stop hook, and the end of the worker's processes
 * @param pool how many workers there are
 * @param logTail whether callers may ask for the end of what the function prints (contract 5.1.11)
 */
public record WorkerSettings(
        Duration startTimeout,
        @Nullable LinkType link,
        @Nullable Integer port,
        Duration drainDelay,
        Duration grace,
        PoolSettings pool,
        boolean logTail) {}
