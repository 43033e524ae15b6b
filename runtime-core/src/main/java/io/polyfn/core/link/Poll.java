package io.polyfn.core.link;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** A worker's call of {@code next} that has not been answered. */
record Poll(Dialect dialect, HttpServerRequest request) {
    HttpServerResponse response() {
        return request.response();
    }

    /** The API that was asked, for the log. */
    String api() {
        return request.localAddress() + dialect.prefix();
    }
}
