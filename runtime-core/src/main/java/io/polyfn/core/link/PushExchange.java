package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request through the push link: head and body to the worker, head and body of the answer back, both streamed with back-pressure. */
final class PushExchange implements Exchange {
    private final WorkerClient client;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Consumer<MultiMap> headers;
    private final long bodyLimit;
    private final AnswerObserver observer;
    private final Promise<Void> done = Promise.promise();
    private @Nullable HttpClientRequest upstream;
    private @Nullable Relay requestBody;
    private boolean headSent;
    private boolean released;
    private boolean over;

    PushExchange(WorkerClient client, Delivery delivery, AnswerObserver observer) {
        this.client = client;
        this.request = delivery.request();
        this.response = request.response();
        this.headers = delivery.headers();
        this.bodyLimit = delivery.bodyLimit();
        this.observer = observer;
    }

    @Override
    public Future<Void> done() {
        return done.future();
    }

    @Override
    public void abort() {
        over = true;
        if (requestBody != null) {
            requestBody.stop();
        }
        if (upstream != null) {
            upstream.reset();
        }
        release();
    }

    PushExchange start() {
        client.open(request.method(), request.uri()).onComplete(opened -> {
            if (opened.failed()) {
                fail(new NotDelivered("no connection to the worker", opened.cause()));
            } else if (over) {
                opened.result().reset();
                client.released(opened.result());
            } else {
                sendOrFail(opened.result());
            }
        });
        return this;
    }

    /** An HTTP/2 caller may send header values that HTTP/1.1 cannot carry. */
    private void sendOrFail(HttpClientRequest to) {
        try {
            send(to);
        } catch (IllegalArgumentException notToBeWritten) {
            abort();
            done.tryFail(new InvocationFailure(
                    FailureCode.BAD_REQUEST, "the request has a header that cannot be passed on", notToBeWritten));
        }
    }

    private void send(HttpClientRequest to) {
        upstream = to;
        headers.accept(to.headers());
        long length = length(request.headers());
        // An upgrade that comes with a body (RFC 9110 7.8) goes on as the request that it is without it.
        if (HeaderRules.asksForUpgrade(request.headers())
                && request.version() != HttpVersion.HTTP_2
                && hasNoBody(length)) {
            // What happens to the request comes with the tunnel's end; without a handler it would be logged as an error
            // as well.
            to.exceptionHandler(said -> {});
            Tunnel.open(request, to, observer).onSuccess(tunnelled -> succeed()).onFailure(this::broken);
            return;
        }
        to.exceptionHandler(this::broken);
        // map() turns an exception of ours into a failure too; in a plain handler it would leave the caller without an
        // answer.
        to.response().map(this::answer).onFailure(this::broken);
        if (hasNoBody(length)) {
            var _ = to.end();
            request.resume();
            return;
        }
        to.setChunked(length == Relay.UNKNOWN);
        requestBody = new Relay(request, to, length, bodyLimit, () -> beforeRequestEnd(to), this::tooLarge);
        requestBody.start(callerGone -> {});
        // What has come of the body already goes out together with the head, in one write. Where nothing has, the head
        // does not wait for it: the worker may well answer first.
        client.later(() -> sendHead(to));
    }

    private void sendHead(HttpClientRequest to) {
        if (!over && requestBody != null && !requestBody.begun()) {
            headSent = true;
            var _ = to.sendHead();
        }
    }

    /** HTTP/2 tells only by its end that a request has no body; the worker is not to be told of an empty one. */
    private void beforeRequestEnd(HttpClientRequest to) {
        if (request.version() == HttpVersion.HTTP_2 && request.bytesRead() == 0 && !headSent) {
            to.setChunked(false);
        }
    }

    private HttpClientResponse answer(HttpClientResponse from) {
        if (over) {
            return from;
        }
        response.setStatusCode(from.statusCode());
        boolean fcInFront = request.headers().contains("x-fc-request-id");
        HeaderRules.toCaller(from.headers(), response.headers(), fcInFront);
        long length = length(from.headers());
        boolean bodiless = HeaderRules.isAnsweredWithoutBody(request, from.statusCode());
        if (length == Relay.UNKNOWN && !bodiless) {
            // An HTTP/1.0 caller knows no chunks: for it, the end of the connection is the end of the body.
            response.setChunked(request.version() != HttpVersion.HTTP_1_0);
        }
        observer.head(from.statusCode(), from.getHeader(AnswerObserver.FC_STATUS), response);
        Relay body = new Relay(
                from, response, bodiless ? Relay.UNKNOWN : length, Long.MAX_VALUE, () -> beforeEnd(from), () -> {});
        body.start(this::broken);
        response.endHandler(ended -> succeed());
        if (!bodiless && length == Relay.UNKNOWN) {
            // A stream's head goes out at once: the caller waits for it, and the first byte may take long (server-sent
            // events).
            flushHead();
        }
        return from;
    }

    private void beforeEnd(HttpClientResponse from) {
        if (response.isChunked() && !from.trailers().isEmpty()) {
            response.trailers().addAll(from.trailers());
        }
        observer.beforeEnd();
    }

    private void flushHead() {
        if (!response.headWritten()) {
            var _ = response.write(io.vertx.core.buffer.Buffer.buffer());
        }
    }

    private void tooLarge() {
        fail(new InvocationFailure(
                FailureCode.PAYLOAD_TOO_LARGE, "the request body is larger than the " + bodyLimit + " bytes allowed"));
        abort();
    }

    /** The connection to the worker broke: because its process ended, or because it broke the protocol. */
    private void broken(Throwable cause) {
        if (over) {
            return;
        }
        abort();
        client.exitWithin(EXIT_AFTER_BREAK_MILLIS)
                .onSuccess(ended -> done.tryFail(new InvocationFailure(
                        FailureCode.WORKER_EXITED,
                        "the worker ended while the invocation was in it, with " + ended.describe())))
                .onFailure(alive -> done.tryFail(Exchange.brokeOff(cause)));
    }

    private void succeed() {
        over = true;
        if (requestBody != null && !requestBody.isOver()) {
            // Answered before all of the body was read: the rest is thrown away, and the connection cannot be used
            // again.
            abort();
            request.resume();
        }
        release();
        done.tryComplete();
    }

    private void fail(RuntimeException failure) {
        over = true;
        done.tryFail(failure);
    }

    private void release() {
        if (upstream != null && !released) {
            released = true;
            client.released(upstream);
        }
    }

    private boolean hasNoBody(long requestLength) {
        if (requestLength != Relay.UNKNOWN) {
            return requestLength == 0;
        }
        return request.version() == HttpVersion.HTTP_2
                ? request.isEnded()
                : !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static long length(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? Relay.UNKNOWN : Long.parseLong(length.strip());
        } catch (NumberFormatException framedOtherwise) {
            return Relay.UNKNOWN;
        }
    }
}
