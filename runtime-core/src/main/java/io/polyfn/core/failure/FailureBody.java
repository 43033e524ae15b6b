package io.polyfn.core.failure;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A failure in the form that FC's own runtimes use (contract 4.5): {@code errorMessage}, {@code errorType}, {@code stackTrace}. */
public final class FailureBody {
    public static final String CONTENT_TYPE = "application/json";

    private FailureBody() {}

    /** A failure as a whole HTTP/1.1 response, after which the connection is closed; for connections that have no request yet. */
    public static byte[] response(InvocationFailure failure) {
        Buffer body = of(failure);
        String head =
                "HTTP/1.1 %d \r\n%s: %s\r\ncontent-type: %s\r\nretry-after: 1\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
                        .formatted(
                                failure.code().httpStatus(),
                                FailureCode.HEADER,
                                failure.code().wire(),
                                CONTENT_TYPE,
                                body.length());
        return Buffer.buffer(head).appendBuffer(body).getBytes();
    }

    /** The JSON for a failure of the core. No stack would help the caller, so {@code stackTrace} is empty. */
    public static Buffer of(InvocationFailure failure) {
        return Json.encode(new JsonObject()
                .put("errorMessage", failure.message())
                .put("errorType", failure.code().wire())
                .put("stackTrace", new JsonArray()));
    }
}
