package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.OptionalLong;

/** The platform's lifecycle hooks (contract 2), with their names in HTTP, in the log and in the Runtime API. */
public enum Hook implements Endpoint {
    INITIALIZE("POST", "/initialize", "Initialize", 1),
    PRE_FREEZE("GET", "/pre-freeze", "PreFreeze", 3),
    PRE_STOP("GET", "/pre-stop", "PreStop", 2);

    private final String method;
    private final String path;
    private final String label;
    private final int functionType;

    Hook(String method, String path, String label, int functionType) {
        this.method = method;
        this.path = path;
        this.label = label;
        this.functionType = functionType;
    }

    /** The time that the platform gives an initializer, in seconds (contract 3); empty if it gives none. */
    public static OptionalLong seconds(MultiMap headers) {
        String seconds = headers.get(FcHeaders.INITIALIZATION_TIMEOUT);
        return seconds != null && seconds.matches("[1-9][0-9]{0,8}")
                ? OptionalLong.of(Long.parseLong(seconds))
                : OptionalLong.empty();
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
