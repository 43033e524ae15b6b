package io.polyfn.core.platform;

import java.util.Locale;

/** The two kinds of invocations (contract 2). */
public enum RequestKind implements Endpoint {
    /** A payload for the function: {@code POST /invoke}. */
    EVENT("/invoke"),
    /** A client's request, passed through. */
    HTTP("/http-invoke");

    private final String path;
    private final String label = name().toLowerCase(Locale.ROOT);

    RequestKind(String path) {
        this.path = path;
    }

    @Override
    public String path() {
        return path;
    }

    /** The name in metrics: {@code event} or {@code http}. */
    public String label() {
        return label;
    }
}
