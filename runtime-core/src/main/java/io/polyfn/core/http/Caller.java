package io.polyfn.core.http;

import io.polyfn.core.failure.FailureBody;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.netty.Connections;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.streams.WriteStream;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whoever sent a request, as the core sees it: where its response, or the failure in its place, is written. What depends on the HTTP
 * version and on the state of the connection is decided here and nowhere else.
 */
public class Caller implements WriteStream<Buffer> {
    private static final String REQUEST_ID = "x-request-id";
    private static final int MAX_HINT_BYTES = 16 * 1024;

    /** Of HTTP/2 (RFC 9113 section 7); over HTTP/1.1 a reset is the end of the connection. */
    private static final long INTERNAL_ERROR = 2;

    private static final long CANCEL = 8;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final BooleanSupplier draining;
    private final Promise<Void> sent = Promise.promise();
    private Future<Void> hints = Future.succeededFuture();
    private @Nullable String requestId;
    private Supplier<@Nullable String> logTail = () -> null;
    private boolean toldToContinue;
    private long bytesWritten;

    /** @param draining whether the core is shutting down: the caller's next request is better sent to another instance */
    public Caller(HttpServerRequest request, BooleanSupplier draining) {
        this.request = request;
        this.response = request.response();
        this.draining = draining;
    }

    /** The id that the response carries in {@value #REQUEST_ID}, unless the function sets its own. */
    public void requestId(String id) {
        requestId = id;
    }

    /** The end of the function's log as of the moment of asking, which the head carries then; null for none. */
    public void logTail(Supplier<@Nullable String> tail) {
        logTail = tail;
    }

    /**
     * Gets the cause when the request breaks off before the caller has its whole response: the caller disconnects, or what it sends is not
     * valid. What is wrong with the next request on an HTTP/1.1 connection is, for this one, a disconnect; a stream has no next request.
     */
    public void onBreak(Consumer<Throwable> broken) {
        sent.future().onFailure(cause -> broken.accept(disconnected()));
        response.exceptionHandler(cause -> broken.accept(request.isEnded() && !isHttp2() ? disconnected() : cause));
        response.closeHandler(closed -> {
            // An HTTP/2 stream closes while its response is being ended.
            if (!response.ended()) {
                broken.accept(disconnected());
            }
        });
    }

    private boolean isHttp2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    private static Throwable disconnected() {
        return new VertxException("the caller disconnected", true);
    }

    /** Tells a caller that waits for {@code 100 Continue} to send its body. HTTP/1.0 has no such status. */
    public void continueBody() {
        if (waitsForContinue()) {
            toldToContinue = true;
            if (request.version() != HttpVersion.HTTP_1_0) {
                response.writeContinue();
            }
        }
    }

    /**
     * Passes a worker's 103 on (RFC 8297), if the caller's version of HTTP has it and its response has not begun. Hints are no part of the
     * response: those that are large, or that come before the caller has taken the last one, are dropped.
     */
    public void earlyHints(MultiMap from) {
        if (request.version() == HttpVersion.HTTP_1_0 || response.headWritten() || !hints.isComplete()) {
            return;
        }
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();
        HeaderRules.toCaller(from, passed, false);
        HeaderRules.check(passed);
        int bytes = passed.entries().stream()
                .mapToInt(hint -> hint.getKey().length() + hint.getValue().length())
                .sum();
        if (bytes <= MAX_HINT_BYTES) {
            hints = response.writeEarlyHints(passed);
        }
    }

    private boolean waitsForContinue() {
        return !toldToContinue && request.headers().contains(HttpHeaders.EXPECT, "100-continue", true);
    }

    /** Sets the status; nothing is written yet. */
    public void status(int code) {
        response.setStatusCode(code);
    }

    public int status() {
        return response.getStatusCode();
    }

    /** The headers of the response; may be changed until {@link #headWritten}. */
    public MultiMap headers() {
        return response.headers();
    }

    /**
     * The head is complete but for what the core itself adds.
     *
     * @throws IllegalArgumentException if it cannot be sent
     */
    public void completeHead() {
        HeaderRules.check(response.headers());
        if (draining.getAsBoolean() && !isHttp2()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (requestId != null && !response.headers().contains(REQUEST_ID)) {
            response.putHeader(REQUEST_ID, requestId);
        }
        String log = logTail.get();
        if (log != null) {
            response.putHeader(FcHeaders.LOG_RESULT, log);
        }
    }

    /** The length of the body is not known. An HTTP/1.0 caller knows no chunks: for it, the connection's end is the body's. */
    public void stream() {
        response.setChunked(request.version() != HttpVersion.HTTP_1_0);
    }

    /** Trailers can be sent where the body is chunked. */
    public void trailers(MultiMap trailers) {
        if (response.isChunked() && !trailers.isEmpty()) {
            HeaderRules.trailersToCaller(trailers, response.trailers());
        }
    }

    /** Writes the head before the first byte of the body is there, such as for server-sent events. */
    public void sendHead() {
        if (!response.headWritten()) {
            var _ = response.write(Buffer.buffer());
        }
    }

    public boolean headWritten() {
        return response.headWritten();
    }

    /**
     * Completed when the whole response has been sent, which a caller that does not read delays; fails if it cannot be sent any more. What a
     * response holds is its own until then.
     */
    public Future<Void> sent() {
        return sent.future();
    }

    /** Gives up a caller that does not read the end of its response. */
    public void breakOff() {
        if (sent.tryFail(disconnected())) {
            Connections.breakOff(response, request.connection());
        }
    }

    private void reset(long code) {
        if (isHttp2()) {
            response.reset(code);
        } else {
            Connections.breakOff(response, request.connection());
        }
    }

    /** Whether the next step is the caller's: to read what has been written. */
    public boolean isBehind() {
        return !response.closed() && (response.ended() || (response.headWritten() && response.writeQueueFull()));
    }

    /** Bytes of the body that have been written. */
    public long bytesWritten() {
        return bytesWritten;
    }

    /**
     * Writes a failure in place of the response. Where the head is out already, the connection or stream is reset, which is the only way left
     * to say that the response is not complete.
     *
     * @param event whether the caller expects the outcome of an event (contract 4.1), not an HTTP function's response
     */
    public void fail(InvocationFailure failure, boolean event) {
        if (response.closed()) {
            sent.tryFail(disconnected());
            return;
        }
        if (response.ended()) {
            breakOff();
            return;
        }
        // Nobody reads what a caller that has disconnected is told.
        if (response.headWritten() || failure.code() == FailureCode.CALLER_LEFT) {
            sent.tryFail(disconnected());
            reset(failure.code() == FailureCode.CALLER_LEFT ? CANCEL : INTERNAL_ERROR);
            return;
        }
        try {
            write(failure, event);
        } catch (RuntimeException notToBeWritten) {
            sent.tryFail(notToBeWritten);
            reset(INTERNAL_ERROR);
        }
    }

    /** Writes a failure in place of the response to what is no valid request; over HTTP/1.1, nothing that follows is read. */
    public void refuse(int status, InvocationFailure failure) {
        if (response.closed()) {
            sent.tryFail(disconnected());
        } else {
            response.setStatusCode(status);
            describe(failure);
            if (!isHttp2()) {
                response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
            endAndDiscardBody(FailureBody.of(failure));
        }
    }

    private void write(InvocationFailure failure, boolean event) {
        FailureCode code = failure.code();
        response.headers().clear();
        response.setChunked(false);
        status(event ? code.eventStatus() : code.httpStatus());
        describe(failure);
        if (event) {
            response.putHeader(FcHeaders.STATUS, "404");
        }
        if (code == FailureCode.BAD_REQUEST && !isHttp2() && !request.isEnded()) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (code.mayBeRetried()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        endAndDiscardBody(FailureBody.of(failure));
    }

    private void describe(InvocationFailure failure) {
        response.putHeader(FailureCode.HEADER, failure.code().wire())
                .putHeader(HttpHeaders.CONTENT_TYPE, FailureBody.CONTENT_TYPE);
        completeHead();
    }

    /** The request's body is not wanted any more; without reading it, the caller would never read the response. */
    private void endAndDiscardBody(Buffer body) {
        if (waitsForContinue() && !isHttp2()) {
            // The body will not come now, so what comes next on this connection could be taken for it.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            end(body).onComplete(sent -> request.connection().close());
            return;
        }
        var _ = end(body);
        if (!request.isEnded()) {
            request.handler(ignored -> {});
            request.resume();
        }
    }

    @Override
    public Future<Void> write(Buffer data) {
        bytesWritten += data.length();
        return response.write(data);
    }

    @Override
    public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
        write(data).onComplete(handler);
    }

    @Override
    public Future<Void> end(Buffer data) {
        bytesWritten += data.length();
        return sending(response.end(data));
    }

    @Override
    public Future<Void> end() {
        return sending(response.end());
    }

    private Future<Void> sending(Future<Void> end) {
        return end.onComplete(done -> {
            if (done.succeeded()) {
                sent.tryComplete();
            } else {
                sent.tryFail(done.cause());
            }
        });
    }

    @Override
    public void end(Handler<AsyncResult<Void>> handler) {
        end().onComplete(handler);
    }

    @Override
    public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
        response.exceptionHandler(handler);
        return this;
    }

    @Override
    public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
        response.setWriteQueueMaxSize(maxSize);
        return this;
    }

    @Override
    public boolean writeQueueFull() {
        // Vert.x throws for a response that has ended.
        return !response.ended() && response.writeQueueFull();
    }

    @Override
    public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
        response.drainHandler(handler);
        return this;
    }
}
