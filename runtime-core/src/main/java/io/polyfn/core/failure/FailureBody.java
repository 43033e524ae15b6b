package io.polyfn.core.failure;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A failure in the form that FC's own runtimes use (contract 4.5): {@code errorMessage}, {@code errorType}, {@code stackTrace}. */
public final class FailureBody {
    public static final String CONTENT_TYPE = "application/json";

    private FailureBody() {}

    /** The JSON for a failure of the core. No stack would help the caller, so {@code stackTrace} is empty. */
    public static Buffer of(InvocationFailure failure) {
        return Json.encode(new JsonObject()
                .put("errorMessage", failure.message())
                .put("errorType", failure.code().wire())
                .put("stackTrace", new JsonArray()));
    }
}
