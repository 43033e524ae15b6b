package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/** What a platform calls, and where (contract 12.1). All other requests, whatever their path, are the function's own. */
enum Endpoints {
    FC("/invoke", "/initialize", true),
    /** Events only. */
    NO_HOOKS("/invoke", null, false),
    SCF("/event-invoke", null, false),
    FUNCTIONGRAPH("/invoke", "/init", false);

    private final String event;
    private final @Nullable String initializer;
    private final boolean freezesAndStops;

    Endpoints(String event, @Nullable String initializer, boolean freezesAndStops) {
        this.event = event;
        this.initializer = initializer;
        this.freezesAndStops = freezesAndStops;
    }

    /**
     * The control path decides where the platform sends one. Local tools do not (contract 10.3); then method and path do. A client of an
     * HTTP trigger may itself request {@code POST /invoke}, which only the header distinguishes.
     *
     * @param path without query; null where the request has none, as a CONNECT over HTTP/2
     */
    Endpoint of(String method, @Nullable String path, MultiMap headers) {
        String control = headers.get(FcHeaders.CONTROL_PATH);
        if (control != null && !control.isEmpty()) {
            return at(control);
        }
        Endpoint endpoint = path == null ? RequestKind.HTTP : at(path);
        String expected = endpoint instanceof Hook hook ? hook.method().name() : "POST";
        return method.equals(expected) ? endpoint : RequestKind.HTTP;
    }

    /** Where a worker is called for an event is FC's path on every platform. */
    boolean hasOwnEventPath() {
        return !event.equals(RequestKind.EVENT.path());
    }

    private Endpoint at(String path) {
        if (path.equals(event)) {
            return RequestKind.EVENT;
        }
        if (path.equals(initializer)) {
            return Hook.INITIALIZE;
        }
        if (freezesAndStops && path.equals(Hook.PRE_FREEZE.path())) {
            return Hook.PRE_FREEZE;
        }
        return freezesAndStops && path.equals(Hook.PRE_STOP.path()) ? Hook.PRE_STOP : RequestKind.HTTP;
    }
}
