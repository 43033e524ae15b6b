package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The platform's lifecycle hooks (contract 2), with their names in HTTP, in the log and in the Runtime API. */
public enum Hook {
    INITIALIZE(ControlPath.INITIALIZE, "Initialize", 1),
    PRE_FREEZE(ControlPath.PRE_FREEZE, "PreFreeze", 3),
    PRE_STOP(ControlPath.PRE_STOP, "PreStop", 2);

    private final String path;
    private final String label;
    private final int functionType;

    Hook(String path, String label, int functionType) {
        this.path = path;
        this.label = label;
        this.functionType = functionType;
    }

    /**
     * The hook that a request calls, or null if it is an invocation.
     *
     * @param path without query; null where the request has none
     */
    public static @Nullable Hook of(String method, @Nullable String path, MultiMap headers) {
        String control = ControlPath.of(method, path, headers);
        if (control == null) {
            return null;
        }
        return switch (control) {
            case ControlPath.INITIALIZE -> INITIALIZE;
            case ControlPath.PRE_FREEZE -> PRE_FREEZE;
            case ControlPath.PRE_STOP -> PRE_STOP;
            default -> null;
        };
    }

    /** The time that the platform gives an initializer, in seconds (contract 3); empty if it gives none. */
    public static OptionalLong seconds(MultiMap headers) {
        String seconds = headers.get(FcHeaders.INITIALIZATION_TIMEOUT);
        return seconds != null && seconds.matches("[1-9][0-9]{0,8}")
                ? OptionalLong.of(Long.parseLong(seconds))
                : OptionalLong.empty();
    }

    public HttpMethod method() {
        return HttpMethod.valueOf(ControlPath.method(path));
    }

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
