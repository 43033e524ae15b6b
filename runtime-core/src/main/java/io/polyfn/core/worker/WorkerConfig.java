package io.polyfn.core.worker;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** How the worker is started, found and stopped. */
@ConfigMapping(prefix = "polyfn")
public interface WorkerConfig {
    /** How long a worker may take to open its link before every invocation is told that it did not; it may still become ready later. */
    @WithDefault("120s")
    Duration startTimeout();

    /** The link of the worker, where it is not to be found out: {@code push} for an HTTP server, {@code pull} for the Runtime API. */
    Optional<Link> link();

    /** Which side of the link asks the other. */
    enum Link {
        PUSH,
        PULL
    }

    /** The TCP port that the worker listens on, where it cannot be found by itself. */
    OptionalInt workerPort();

    /** How long a stop may take in all: finishing what is in flight, the pre-stop hook, and ending the worker's processes. */
    @WithDefault("9s")
    Duration grace();
}
