package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The two kinds of invocations (contract 2). */
public enum RequestKind {
    /** A payload for the function: {@code POST /invoke}. */
    EVENT(ControlPath.INVOKE),
    /** A client's request, passed through. */
    HTTP("/http-invoke");

    private final String path;
    private final String label = name().toLowerCase(Locale.ROOT);

    RequestKind(String path) {
        this.path = path;
    }

    /**
     * The kind of a request that is not the call of a hook, which {@link Hook#of} recognises by the same rule.
     *
     * @param path without query; null where the request has none
     */
    public static RequestKind of(String method, @Nullable String path, MultiMap headers) {
        return EVENT.path.equals(ControlPath.of(method, path, headers)) ? EVENT : HTTP;
    }

    /** The value of {@code x-fc-control-path}. */
    public String path() {
        return path;
    }

    /** The name in metrics: {@code event} or {@code http}. */
    public String label() {
        return label;
    }
}
