package io.polyfn.core.link;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a worker has sent to the Runtime API, its body unread. It gets an answer in any case: accepted or refused. */
record Posted(Dialect dialect, HttpServerRequest request) {
    private static final String MODE = "Lambda-Runtime-Function-Response-Mode";
    private static final String WITH_PRELUDE = "application/vnd.awslambda.http-integration-response";

    @Nullable
    String contentType() {
        return request.getHeader(io.vertx.core.http.HttpHeaders.CONTENT_TYPE);
    }

    /** Whether what has come of the body is to go on at once (contract 9.1). */
    boolean isStreamed() {
        return "streaming".equalsIgnoreCase(request.getHeader(MODE)) || hasPrelude();
    }

    /** Whether the body begins with an HTTP head as JSON. */
    boolean hasPrelude() {
        String type = contentType();
        return type != null && type.regionMatches(true, 0, WITH_PRELUDE, 0, WITH_PRELUDE.length());
    }

    /** What came after a chunked body; known when the body has been read. */
    HttpHeaders trailers() {
        HttpHeaders trailers = Trailers.of(request.connection());
        return trailers == null ? EmptyHttpHeaders.INSTANCE : trailers;
    }

    /** Runs something when the worker has its answer, or has left. */
    void onEnd(Runnable step) {
        request.response().endHandler(answered -> step.run());
        request.response().closeHandler(left -> step.run());
    }

    /** Reads what is left of the body, throws it away, and accepts. */
    void discard() {
        if (request.isEnded()) {
            accept();
            return;
        }
        request.handler(ignored -> {});
        request.exceptionHandler(left -> {});
        request.endHandler(end -> accept());
        request.resume();
    }

    void accept() {
        answer(dialect.accepted(), new JsonObject().put("status", "OK"));
    }

    void refuse(int status, String errorType, String errorMessage) {
        answer(status, new JsonObject().put("errorType", errorType).put("errorMessage", errorMessage));
    }

    private void answer(int status, JsonObject body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status).putHeader("content-type", "application/json");
        var _ = response.end(body.toBuffer());
        if (!request.isEnded()) {
            request.handler(ignored -> {});
            request.resume();
        }
    }
}
