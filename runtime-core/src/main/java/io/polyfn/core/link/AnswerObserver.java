package io.polyfn.core.link;

import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;

/** What an invocation has to say about its answer while it passes. */
public interface AnswerObserver {
    /** The worker's status and headers are there and those that may pass have been copied; the last chance to change them. */
    void head(HttpClientResponse worker, HttpServerResponse caller);

    /** The answer's last byte is about to be written. */
    void beforeEnd();
}
