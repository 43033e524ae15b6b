package io.polyfn.core.invocation;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** What an invocation may take: time, size, and how many at once. */
@ConfigMapping(prefix = "polyfn")
public interface InvocationConfig {
    /** The public port; without it {@code FC_CUSTOM_LISTEN_PORT}, {@code FC_SERVER_PORT}, {@code PORT}, then 9000. */
    OptionalInt port();

    /** The time an invocation may take where the platform does not say so in {@code x-fc-function-timeout}; none by default. */
    Optional<Duration> timeout();

    /** How large an event may be; a larger one gets 413. */
    @WithDefault("32M")
    MemorySize maxEventSize();

    /** How large a request body of an HTTP function may be; unlimited by default. */
    Optional<MemorySize> maxBodySize();

    /** How many invocations may be in the worker at once; 0 for no limit, because FC has its own. */
    @WithDefault("0")
    int concurrency();

    /** How many invocations may wait for their turn when the concurrency limit is reached; more get 429. */
    @WithDefault("0")
    int queue();

    /** Whether a CloudEvent over HTTP is an event for the function: {@code on} or {@code off}. */
    @WithDefault("off")
    Switch cloudevents();

    /** The handler's shape. With {@code event}, CloudEvents are events; all else about it is the worker's business. */
    Optional<String> signature();

    /** The two values of a switch. */
    enum Switch {
        ON,
        OFF
    }
}
