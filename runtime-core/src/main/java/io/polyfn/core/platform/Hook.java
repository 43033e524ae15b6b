package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;

/** The platform's lifecycle hooks (contract 2), with their names in HTTP, in the log and in the Runtime API. */
public enum Hook implements Endpoint {
    INITIALIZE("POST", "/initialize", "Initialize", 1, 300),
    PRE_FREEZE("GET", "/pre-freeze", "PreFreeze", 3, 90),
    PRE_STOP("GET", "/pre-stop", "PreStop", 2, 90);

    private final String method;
    private final String path;
    private final String label;
    private final int functionType;
    private final int longestSeconds;

    Hook(String method, String path, String label, int functionType, int longestSeconds) {
        this.method = method;
        this.path = path;
        this.label = label;
        this.functionType = functionType;
        this.longestSeconds = longestSeconds;
    }

    /**
     * The time that the platform gives it, in whole seconds. FC 2 says how long an initializer may take (contract 3.4). Where nobody does, it is
     * the longest that can be configured (contract 2.2.5, 2.3.1), after which the platform itself waits no longer.
     */
    public Duration timeLimit(MultiMap headers) {
        String said = this == INITIALIZE ? headers.get(FcHeaders.INITIALIZATION_TIMEOUT) : null;
        long seconds = said != null && said.matches("[1-9][0-9]{0,8}") ? Long.parseLong(said) : longestSeconds;
        return Duration.ofSeconds(Math.min(seconds, longestSeconds));
    }

    public HttpMethod method() {
        return HttpMethod.valueOf(method);
    }

    @Override
    public String path() {
        return path;
    }

    /** The word in the log markers (contract 5.1). */
    public String label() {
        return label;
    }

    /** The value of {@code x-fc-function-type} (contract 9.2). */
    public int functionType() {
        return functionType;
    }
}
