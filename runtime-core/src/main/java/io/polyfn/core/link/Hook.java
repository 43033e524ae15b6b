package io.polyfn.core.link;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.OptionalLong;

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

    /** The time that the platform gives an initializer, in seconds (contract 3). */
    public static OptionalLong seconds(MultiMap headers) {
        String seconds = headers.get("x-fc-initialization-timeout");
        return seconds != null && seconds.matches("[1-9][0-9]{0,8}")
                ? OptionalLong.of(Long.parseLong(seconds))
                : OptionalLong.empty();
    }

    String path() {
        return path;
    }

    /** The value of {@code x-fc-function-type} (contract 9.2). */
    int functionType() {
        return functionType;
    }
}
