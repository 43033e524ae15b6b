package io.polyfn.core;

import io.polyfn.core.platform.AutoSwitch;
import io.polyfn.core.platform.LinkType;
import io.polyfn.core.platform.Platform;
import io.polyfn.core.platform.Values;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One variable that users set. {@link #ALL} is the table of them, which the documents, the check for unknown names and {@link Settings}
 * share.
 *
 * @param name of the variable
 * @param otherwise the value if the variable is unset, or null for none
 * @param form turns a value into what the core uses, see {@link Values}
 */
record Setting<T>(String name, @Nullable String otherwise, Function<String, T> form) {
    static final Setting<Integer> PORT = new Setting<>("POLYFN_PORT", "9000", Values::port);
    static final Setting<Platform> PLATFORM = choice("POLYFN_PLATFORM", null, Platform.values());
    static final Setting<Duration> TIMEOUT = new Setting<>("POLYFN_TIMEOUT", null, Values::positiveDuration);
    static final Setting<Long> MAX_EVENT_SIZE = new Setting<>("POLYFN_MAX_EVENT_SIZE", "32M", Values::size);
    static final Setting<Long> MAX_BODY_SIZE = new Setting<>("POLYFN_MAX_BODY_SIZE", null, Values::size);
    static final Setting<Integer> CONCURRENCY = new Setting<>("POLYFN_CONCURRENCY", "0", Values::count);
    static final Setting<Integer> QUEUE = new Setting<>("POLYFN_QUEUE", "0", Values::count);
    static final Setting<Duration> CALLER_TIMEOUT =
            new Setting<>("POLYFN_CALLER_TIMEOUT", "30s", Values::positiveDuration);
    static final Setting<Switch> CLOUDEVENTS = choice("POLYFN_CLOUDEVENTS", "off", Switch.values());
    /** 0 for as many as this container bears. */
    static final Setting<Integer> WORKERS = new Setting<>("POLYFN_WORKERS", "1", Values::workers);

    static final Setting<Integer> WORKER_MAX_REQUESTS = new Setting<>("POLYFN_WORKER_MAX_REQUESTS", "0", Values::count);
    static final Setting<Long> WORKER_MAX_MEMORY = new Setting<>("POLYFN_WORKER_MAX_MEMORY", null, Values::size);
    static final Setting<Duration> START_TIMEOUT = new Setting<>("POLYFN_START_TIMEOUT", "120s", Values::duration);
    static final Setting<LinkType> LINK = choice("POLYFN_LINK", null, LinkType.values());
    static final Setting<Integer> WORKER_PORT = new Setting<>("POLYFN_WORKER_PORT", null, Values::remotePort);
    static final Setting<Duration> DRAIN_DELAY = new Setting<>("POLYFN_DRAIN_DELAY", "0", Values::duration);
    static final Setting<Duration> GRACE = new Setting<>("POLYFN_GRACE", "9s", Values::duration);
    static final Setting<AutoSwitch> MARKERS = choice("POLYFN_MARKERS", "auto", AutoSwitch.values());
    static final Setting<AutoSwitch> MANAGEMENT = choice("POLYFN_MANAGEMENT", "auto", AutoSwitch.values());
    static final Setting<Integer> MANAGEMENT_PORT = new Setting<>("POLYFN_MANAGEMENT_PORT", "9001", Values::port);
    static final Setting<AutoSwitch> CONSOLE = choice("POLYFN_CONSOLE", "auto", AutoSwitch.values());
    /** Of the images' entrypoint: with {@code off} the core is not started. */
    static final Setting<Switch> CORE = choice("POLYFN_CORE", "on", Switch.values());
    /** Of the images' entrypoint: with {@code on} a worker that can do so comes first. */
    static final Setting<Switch> HANDOVER = choice("POLYFN_HANDOVER", "on", Switch.values());
    /** Of the language workers; checked here because a worker that rejects it would be restarted for ever. */
    static final Setting<String> HANDLER = new Setting<>("POLYFN_HANDLER", "index.handler", Values::handler);
    /** Of the language workers; {@link Signature#EVENT} switches CloudEvents on. */
    static final Setting<Signature> SIGNATURE = choice("POLYFN_SIGNATURE", null, Signature.values());

    /** In the order of the documents. */
    static final List<Setting<?>> ALL = List.of(
            PORT,
            PLATFORM,
            TIMEOUT,
            MAX_EVENT_SIZE,
            MAX_BODY_SIZE,
            CONCURRENCY,
            QUEUE,
            CALLER_TIMEOUT,
            CLOUDEVENTS,
            WORKERS,
            WORKER_MAX_REQUESTS,
            WORKER_MAX_MEMORY,
            START_TIMEOUT,
            LINK,
            WORKER_PORT,
            DRAIN_DELAY,
            GRACE,
            MARKERS,
            MANAGEMENT,
            MANAGEMENT_PORT,
            CONSOLE,
            CORE,
            HANDOVER,
            HANDLER,
            SIGNATURE);

    enum Switch {
        ON,
        OFF
    }

    /** The shapes of handlers. */
    enum Signature {
        EVENT,
        HTTP,
        FETCH
    }

    private static <E extends Enum<E>> Setting<E> choice(String name, @Nullable String otherwise, E[] choices) {
        return new Setting<>(name, otherwise, value -> Values.choice(List.of(choices), value));
    }
}
