package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The endpoint that a request calls (contract 2). */
final class ControlPath {
    static final String INVOKE = "/invoke";
    static final String INITIALIZE = "/initialize";
    static final String PRE_FREEZE = "/pre-freeze";
    static final String PRE_STOP = "/pre-stop";

    private static final Map<String, String> METHODS =
            Map.of(INVOKE, "POST", INITIALIZE, "POST", PRE_FREEZE, "GET", PRE_STOP, "GET");

    private ControlPath() {}

    /**
     * The control path decides where the platform sends one. Local tools do not (contract 10.3); then method and path do. A client of an
     * HTTP trigger may itself request {@code POST /invoke}, which only the header distinguishes.
     *
     * @return the endpoint's path; null, or the path of no endpoint, for a client's request
     */
    static @Nullable String of(String method, @Nullable String path, MultiMap headers) {
        String header = headers.get(FcHeaders.CONTROL_PATH);
        if (header != null && !header.isEmpty()) {
            return header;
        }
        // CONNECT over HTTP/2 has no path.
        return path != null && method.equals(METHODS.get(path)) ? path : null;
    }

    static String method(String path) {
        return METHODS.getOrDefault(path, "GET");
    }
}
