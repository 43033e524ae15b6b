package io.polyfn.core.invocation;

import io.polyfn.core.failure.FailureBody;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.AnswerObserver;
import io.polyfn.core.link.Delivery;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.WorkerLink;
import io.polyfn.core.telemetry.LogMarkers.Subject;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.worker.WorkerState.Ready;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a request: one invocation, from its request to the end of its answer.
 *
 * <p>{@link #run} is the story: check the size, start the clock, wait for a turn, wait for a worker, forward, finish. Whatever ends it
 * first (the answer, a failure, the deadline, the caller leaving, a stop) ends it, once. Runs on the event loop.
 */
final class Invocation implements AnswerObserver {
    private static final String DEADLINE = "x-fc-function-deadline";

    /** How often a worker that lives may refuse a connection, some 10 ms apart, before it counts as broken. */
    private static final int MAX_REFUSALS = 300;

    private final InvocationServices services;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Kind kind;
    private final RequestContext context;
    private final long startedAt = System.nanoTime();
    private final Promise<Void> outcome = Promise.promise();
    private @Nullable Exchange exchange;
    private @Nullable Future<Void> turn;
    private long deadlineTimer = -1;
    private int refusals;
    private boolean admitted;
    private boolean functionFailed;
    private boolean askedForBody;
    private boolean endMarked;

    Invocation(InvocationServices services, HttpServerRequest request, Kind kind) {
        this.services = services;
        this.request = request;
        this.response = request.response();
        this.kind = kind;
        this.context = RequestContext.of(request.headers(), services.timeout());
    }

    void run() {
        request.pause();
        services.began(this);
        if (!services.worker().printsMarkers()) {
            services.markers().start(Subject.INVOKE, context.requestId());
        }
        outcome.future().onComplete(this::finish);
        response.exceptionHandler(broken -> abort(callerLeft()));
        response.closeHandler(closed -> {
            // An HTTP/2 stream closes while its answer is being ended.
            if (!response.ended()) {
                abort(callerLeft());
            }
        });
        if (announcedLength() > bodyLimit()) {
            abort(tooLarge());
            return;
        }
        startClock();
        if (request instanceof CloudEventRequest event) {
            // One that is not valid takes nobody's turn.
            event.convert().onSuccess(converted -> takeTurn()).onFailure(outcome::tryFail);
        } else {
            takeTurn();
        }
    }

    private void takeTurn() {
        Future<Void> myTurn = services.limiter().acquire();
        turn = myTurn;
        myTurn.compose(mine -> admitted())
                .compose(this::forward)
                .onSuccess(outcome::tryComplete)
                .onFailure(outcome::tryFail);
    }

    /** Ends the invocation from outside: the worker's request is aborted and the caller gets the failure. */
    void abort(InvocationFailure failure) {
        if (outcome.tryFail(failure) && exchange != null) {
            exchange.abort();
        }
    }

    private Future<Ready> admitted() {
        admitted = true;
        if (outcome.future().isComplete()) {
            services.limiter().release();
            return outcome.future().mapEmpty();
        }
        return services.worker().ready();
    }

    /** Whether the caller sends its body only when it is told to go on. */
    private boolean waitsToBeAsked() {
        return !askedForBody && request.headers().contains(HttpHeaders.EXPECT, "100-continue", true);
    }

    private Future<Void> forward(Ready worker) {
        if (outcome.future().isComplete()) {
            return outcome.future();
        }
        if (waitsToBeAsked()) {
            askedForBody = true;
            response.writeContinue();
        }
        Exchange attempt = services.link()
                .forward(worker, new Delivery(request, this::writeHeaders, kind == Kind.EVENT, bodyLimit()), this);
        exchange = attempt;
        // A worker that ended between its last sign of life and now has not seen the request, so the next worker may
        // have it.
        return attempt.done()
                .recover(failure -> failure instanceof Exchange.NotDelivered refusal
                        ? againOrNever(worker, refusal)
                        : Future.failedFuture(failure));
    }

    private Future<Void> againOrNever(Ready refusing, Exchange.NotDelivered refusal) {
        if (++refusals < MAX_REFUSALS) {
            return services.worker().readyAfter(refusing).compose(this::forward);
        }
        String refused = "the worker lives and takes no connections at " + refusing.address();
        if (refusal.nobodyListens()) {
            services.worker().replace(refusing, "it lives and takes no connections");
            refused += "; another one takes its place";
        }
        return Future.failedFuture(new InvocationFailure(FailureCode.BAD_WORKER_ANSWER, refused, refusal));
    }

    @Override
    public void head(int status, @Nullable String fcStatus, HttpServerResponse caller) {
        closeIfDraining();
        if (kind == Kind.EVENT) {
            functionFailed = fcStatus == null ? status >= 400 : !fcStatus.equals("200");
            caller.setStatusCode(functionFailed ? 404 : 200).putHeader(FC_STATUS, functionFailed ? "404" : "200");
        } else {
            functionFailed = status >= 500;
        }
    }

    @Override
    public void beforeEnd() {
        endMarked |= services.worker().printsMarkers();
        markEnd(functionFailed && (kind == Kind.EVENT || response.headers().contains(FailureCode.HEADER)));
        StartTimeline.reached(StartTimeline.Phase.FIRST_ANSWER);
    }

    private void finish(AsyncResult<Void> result) {
        services.vertx().cancelTimer(deadlineTimer);
        if (admitted) {
            services.limiter().release();
        } else if (turn != null) {
            services.limiter().leave(turn);
        }
        String ended = functionFailed ? FailureCode.FUNCTION_ERROR.wire() : "success";
        if (result.failed()) {
            InvocationFailure failure = asFailure(result.cause());
            ended = failure.code().wire();
            markEnd(failure.code() != FailureCode.CALLER_LEFT);
            answerWith(failure);
        }
        services.ended(this, kind, ended, System.nanoTime() - startedAt);
    }

    /** The caller's next request is better sent to another instance. HTTP/2 forbids the header. */
    private void closeIfDraining() {
        if (services.draining() && request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    private void answerWith(InvocationFailure failure) {
        if (response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // The status is out; all that is left is to let the caller see that the answer is not complete.
            response.reset();
            return;
        }
        response.headers().clear();
        response.setChunked(false);
        boolean event = kind == Kind.EVENT;
        Buffer body = FailureBody.of(failure);
        response.setStatusCode(
                        event ? failure.code().eventStatus() : failure.code().httpStatus())
                .putHeader(FailureCode.HEADER, failure.code().wire())
                .putHeader(HttpHeaders.CONTENT_TYPE, FailureBody.CONTENT_TYPE);
        if (event) {
            response.putHeader(FC_STATUS, "404");
        }
        if (failure.code().httpStatus() == 429 || failure.code().httpStatus() == 503) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "1");
        }
        closeIfDraining();
        if (waitsToBeAsked() && request.version() != HttpVersion.HTTP_2) {
            // The body will not come now, so what would come next on this connection could be taken for it.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            response.end(body).onComplete(sent -> request.connection().close());
            return;
        }
        var _ = response.end(body);
        // What the caller still sends is read and thrown away, or it would never come to read the answer.
        if (!request.isEnded()) {
            request.handler(ignored -> {});
            request.resume();
        }
    }

    private void startClock() {
        Duration timeout = context.timeout();
        if (timeout != null) {
            deadlineTimer = services.vertx()
                    .setTimer(
                            Math.max(1, timeout.toMillis()),
                            due -> abort(new InvocationFailure(
                                    FailureCode.DEADLINE_EXCEEDED,
                                    "the invocation did not finish within " + timeout.toMillis() + " ms")));
        }
    }

    private void writeHeaders(MultiMap headers) {
        WorkerLink.copyHeaders(request, headers);
        if (!context.fromPlatform()) {
            headers.set(RequestContext.REQUEST_ID, context.requestId());
            services.localContext().completeWith(headers, kind);
        }
        headers.remove(DEADLINE);
        Duration timeout = context.timeout();
        if (timeout != null) {
            long left = timeout.toNanos() - (System.nanoTime() - startedAt);
            headers.set(DEADLINE, Long.toString(System.currentTimeMillis() + left / 1_000_000));
        }
    }

    private void markEnd(boolean failed) {
        if (!endMarked) {
            endMarked = true;
            services.markers().end(Subject.INVOKE, context.requestId(), failed);
        }
    }

    private long bodyLimit() {
        return kind == Kind.EVENT
                ? services.config().maxEventSize().asLongValue()
                : services.config()
                        .maxBodySize()
                        .map(size -> size.asLongValue())
                        .orElse(Long.MAX_VALUE);
    }

    private long announcedLength() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException refusedByTheServer) {
            return 0;
        }
    }

    private InvocationFailure tooLarge() {
        return new InvocationFailure(
                FailureCode.PAYLOAD_TOO_LARGE,
                "the request body has %d bytes, %d are allowed".formatted(announcedLength(), bodyLimit()));
    }

    private static InvocationFailure callerLeft() {
        return new InvocationFailure(FailureCode.CALLER_LEFT, "the caller left before the answer was complete");
    }

    private static InvocationFailure asFailure(Throwable cause) {
        return cause instanceof InvocationFailure failure
                ? failure
                : new InvocationFailure(FailureCode.BAD_WORKER_ANSWER, "the core failed: " + cause, cause);
    }
}
