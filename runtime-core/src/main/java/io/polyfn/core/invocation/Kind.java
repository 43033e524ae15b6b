package io.polyfn.core.invocation;

import io.polyfn.core.link.Hook;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request on the public port is (contract 2). */
enum Kind {
    /** A payload for the function: {@code POST /invoke}. */
    EVENT("/invoke", "POST", null),
    INITIALIZE("/initialize", "POST", Hook.INITIALIZE),
    PRE_FREEZE("/pre-freeze", "GET", Hook.PRE_FREEZE),
    PRE_STOP("/pre-stop", "GET", Hook.PRE_STOP),
    /** A client's request, passed through. */
    HTTP("/http-invoke", "GET", null);

    private static final String CONTROL_PATH = "x-fc-control-path";
    private static final Map<String, Kind> BY_PATH = Map.of(
            EVENT.path,
            EVENT,
            INITIALIZE.path,
            INITIALIZE,
            PRE_FREEZE.path,
            PRE_FREEZE,
            PRE_STOP.path,
            PRE_STOP,
            HTTP.path,
            HTTP);

    private final String path;
    private final String method;
    private final @Nullable Hook hook;
    private final String label = name().toLowerCase(Locale.ROOT);

    Kind(String path, String method, @Nullable Hook hook) {
        this.path = path;
        this.method = method;
        this.hook = hook;
    }

    /**
     * The control path decides where the platform sends one; local tools do not (contract 10.3), then method and path do. A client of an
     * HTTP trigger may itself ask for {@code POST /invoke}, which only the header tells apart.
     */
    static Kind of(HttpServerRequest request) {
        String control = request.getHeader(CONTROL_PATH);
        if (control != null && !control.isEmpty()) {
            return BY_PATH.getOrDefault(control, HTTP);
        }
        String path = request.path();
        // CONNECT over HTTP/2 has none.
        Kind byPath = path == null ? null : BY_PATH.get(path);
        return byPath != null
                        && byPath != HTTP
                        && byPath.method.equals(request.method().name())
                ? byPath
                : HTTP;
    }

    /** The hook that it is a call of, if it is one. */
    @Nullable
    Hook hook() {
        return hook;
    }

    String path() {
        return path;
    }

    /** The name in metrics. */
    String label() {
        return label;
    }
}
