package io.polyfn.core.link.push;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.HeaderRules;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.ResponseMemory;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.NetSocket;

/** An HTTP/1.1 upgrade (WebSocket) through the core: after the worker's 101 the two connections are one, with back-pressure both ways. */
final class Tunnel {
    private Tunnel() {}

    /** Asks the worker to switch; it may refuse, with any response. */
    static Future<HttpClientResponse> ask(Inbound inbound, HttpClientRequest to) {
        to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        to.putHeader(HttpHeaders.UPGRADE, inbound.header(HttpHeaders.UPGRADE));
        return to.connect();
    }

    /** Joins the two connections after the worker's 101. Completed when the tunnel is over. */
    static Future<Void> join(
            Inbound inbound,
            Caller caller,
            HttpClientResponse response,
            ResponseObserver observer,
            ResponseMemory memory) {
        caller.status(response.statusCode());
        HeaderRules.toCaller(response.headers(), caller.headers(), false);
        // It would be the length of what follows, which has none (RFC 9110 8.6).
        caller.headers().remove(HttpHeaders.CONTENT_LENGTH);
        observer.head(response.statusCode(), response.getHeader(FcHeaders.STATUS));
        caller.headers().set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
        caller.headers().set(HttpHeaders.UPGRADE, response.getHeader(HttpHeaders.UPGRADE));
        NetSocket worker = response.netSocket();
        return inbound.toNetSocket().compose(socket -> {
            Future<Void> over = Future.join(
                            relay(worker, socket, memory.another()), relay(socket, worker, memory.another()))
                    .mapEmpty();
            return over.onComplete(closed -> observer.beforeEnd());
        });
    }

    /** Either side's close, be it in order or not, closes the other one; so does a side that does not read when memory is scarce. */
    private static Future<Void> relay(NetSocket from, NetSocket to, ResponseMemory unread) {
        Promise<Void> closed = Promise.promise();
        from.handler(data -> {
            var _ = to.write(data);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(drained -> {
                    unread.clear();
                    from.resume();
                });
                growOrClose(unread, to);
            }
        });
        from.endHandler(end -> to.end());
        from.exceptionHandler(broken -> to.close());
        from.closeHandler(gone -> {
            unread.clear();
            to.close();
            closed.tryComplete();
        });
        return closed.future();
    }

    private static void growOrClose(ResponseMemory unread, NetSocket to) {
        try {
            unread.grow();
        } catch (InvocationFailure noMemory) {
            to.close();
        }
    }
}
