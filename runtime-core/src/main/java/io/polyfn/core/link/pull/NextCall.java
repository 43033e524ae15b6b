package io.polyfn.core.link.pull;

import io.polyfn.core.worker.WorkerAddress.Polling;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** A worker's poll that has no response yet. */
record NextCall(Dialect dialect, HttpServerRequest request) {
    private static final String FC_SDK_FOR_GO = "aliyun-fc-go/";

    HttpServerResponse response() {
        return request.response();
    }

    /** Where the worker polls. FC's own SDK for Go prints the log markers (contract 5.1) as FC's built-in runtimes do. */
    Polling address() {
        String agent = request.getHeader(HttpHeaders.USER_AGENT);
        return new Polling(request.localAddress() + dialect.prefix(), agent != null && agent.startsWith(FC_SDK_FOR_GO));
    }
}
