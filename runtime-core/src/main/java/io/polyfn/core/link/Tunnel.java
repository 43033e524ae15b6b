package io.polyfn.core.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;

/** An HTTP/1.1 upgrade (WebSocket) through the core: after the worker's 101 the two connections are one, with back-pressure both ways. */
final class Tunnel {
    private Tunnel() {}

    /** Completed when the tunnel, or the worker's refusal to open one, is over. */
    static Future<Void> open(HttpServerRequest request, HttpClientRequest to, AnswerObserver observer) {
        to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        to.putHeader(HttpHeaders.UPGRADE, request.getHeader(HttpHeaders.UPGRADE));
        return to.connect()
                .compose(answer -> answer.statusCode() == 101
                        ? join(request, answer, observer)
                        : refuse(request, answer, observer));
    }

    private static Future<Void> join(HttpServerRequest request, HttpClientResponse answer, AnswerObserver observer) {
        HttpServerResponse response = request.response();
        response.setStatusCode(101);
        HeaderRules.toCaller(answer.headers(), response.headers(), false);
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        response.putHeader(HttpHeaders.UPGRADE, answer.getHeader(HttpHeaders.UPGRADE));
        observer.head(answer.statusCode(), answer.getHeader(AnswerObserver.FC_STATUS), response);
        NetSocket worker = answer.netSocket();
        return request.toNetSocket().compose(caller -> {
            Promise<Void> over = Promise.promise();
            relay(worker, caller, over);
            relay(caller, worker, over);
            return over.future().onComplete(ended -> observer.beforeEnd());
        });
    }

    private static Future<Void> refuse(HttpServerRequest request, HttpClientResponse answer, AnswerObserver observer) {
        HttpServerResponse response = request.response();
        response.setStatusCode(answer.statusCode());
        HeaderRules.toCaller(answer.headers(), response.headers(), false);
        response.headers().remove(HttpHeaders.CONTENT_LENGTH);
        observer.head(answer.statusCode(), answer.getHeader(AnswerObserver.FC_STATUS), response);
        return answer.body().compose(body -> {
            observer.beforeEnd();
            return response.end(body);
        });
    }

    private static void relay(NetSocket from, NetSocket to, Promise<Void> over) {
        from.handler(data -> {
            var _ = to.write(data);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(drained -> from.resume());
            }
        });
        from.endHandler(end -> to.end());
        from.exceptionHandler(broken -> to.close());
        from.closeHandler(closed -> {
            to.close();
            over.tryComplete();
        });
    }
}
