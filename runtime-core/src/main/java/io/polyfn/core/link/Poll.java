package io.polyfn.core.link;

import io.polyfn.core.worker.WorkerAddress.Polling;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** A worker's call of {@code next} that has not been answered. */
record Poll(Dialect dialect, HttpServerRequest request) {
    HttpServerResponse response() {
        return request.response();
    }

    /** Where the worker asks. FC's own SDK for Go prints the log markers (contract 5.1) as FC's built-in runtimes do. */
    Polling address() {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        return new Polling(
                request.localAddress() + dialect.prefix(), agent != null && agent.startsWith("aliyun-fc-go/"));
    }
}
