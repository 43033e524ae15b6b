package io.polyfn.core.link;

import io.vertx.core.http.HttpMethod;

/** The platform's lifecycle hooks (contract 2), with their names on either link. */
public enum Hook {
    INITIALIZE("POST", "/initialize", 1),
    PRE_STOP("GET", "/pre-stop", 2),
    PRE_FREEZE("GET", "/pre-freeze", 3);

    private final String method;
    private final String path;
    private final int functionType;

    Hook(String method, String path, int functionType) {
        this.method = method;
        this.path = path;
        this.functionType = functionType;
    }

    HttpMethod method() {
        return HttpMethod.valueOf(method);
    }

    String path() {
        return path;
    }

    /** The value of {@code x-fc-function-type} (contract 9.2). */
    int functionType() {
        return functionType;
    }
}
