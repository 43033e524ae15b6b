package io.polyfn.core.link.pull;

import io.polyfn.core.failure.Json;
import io.polyfn.core.netty.Trailers;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A worker's post to the Runtime API, its body unread. It gets a response in any case: accepted or refused. */
record RuntimeApiPost(Dialect dialect, HttpServerRequest request) {
    private static final String MODE = "Lambda-Runtime-Function-Response-Mode";
    private static final String WITH_PRELUDE = "application/vnd.awslambda.http-integration-response";

    @Nullable
    String contentType() {
        return request.getHeader(HttpHeaders.CONTENT_TYPE);
    }

    /** The announced length of the body, if there is one. */
    OptionalLong length() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length));
    }

    /** Whether the body is to be passed on as it arrives (contract 9.1). */
    boolean isStreamed() {
        return "streaming".equalsIgnoreCase(request.getHeader(MODE)) || hasPrelude();
    }

    /** Whether the body begins with an HTTP head as JSON. */
    boolean hasPrelude() {
        String type = contentType();
        return type != null && type.regionMatches(true, 0, WITH_PRELUDE, 0, WITH_PRELUDE.length());
    }

    /** A trailer of a chunked body; known when the body has been read. */
    @Nullable
    String trailer(String name) {
        return Trailers.get(request.connection(), name);
    }

    /** Runs something when the worker has its response, or has disconnected. */
    void onEnd(Runnable step) {
        request.response().endHandler(written -> step.run());
        request.response().closeHandler(gone -> step.run());
    }

    /** Reads the rest of the body, discards it, and accepts. */
    void discard() {
        if (request.isEnded()) {
            accept();
            return;
        }
        request.handler(ignored -> {});
        request.exceptionHandler(gone -> {});
        request.endHandler(end -> accept());
        request.resume();
    }

    void accept() {
        respond(dialect.accepted(), new JsonObject().put("status", "OK"));
    }

    void refuse(int status, String errorType, String errorMessage) {
        respond(status, new JsonObject().put("errorType", errorType).put("errorMessage", errorMessage));
    }

    private void respond(int status, JsonObject body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
        var _ = response.end(Json.encode(body));
        if (!request.isEnded()) {
            request.handler(ignored -> {});
            request.resume();
        }
    }
}
