package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One invocation over the pull link: waits for a call of {@code next}, answers it with the event, and passes on what the worker posts
 * under the invocation's id.
 *
 * <p>It stands in line when its body, or the first of a large one, is there: a caller that is slow or leaves does not hold up a worker
 * that takes one invocation at a time.
 */
final class PullExchange implements Exchange, Work {
    /** FC's longest timeout (contract 6), for invocations that have none: both dialects must have a deadline. */
    static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final PullLink link;
    private final Delivery delivery;
    private final AnswerObserver observer;
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private final Promise<Void> done = Promise.promise();
    private @Nullable HeldBody held;
    private @Nullable Relay restOfBody;
    private @Nullable Poll poll;
    private @Nullable PullAnswer answer;
    private boolean over;

    PullExchange(PullLink link, Delivery delivery, AnswerObserver observer) {
        this.link = link;
        this.delivery = delivery;
        this.observer = observer;
        delivery.headers().accept(headers);
    }

    PullExchange start() {
        done.future().onComplete(ended -> {
            over = true;
            link.over(this);
        });
        int most = (int) Math.min(HeldBody.SMALL, delivery.bodyLimit());
        new HeldBody(delivery.request(), most).ready().onSuccess(body -> {
            if (over) {
                return;
            }
            held = body;
            if (body.first().length() > delivery.bodyLimit()) {
                tooLarge();
            } else {
                link.add(this);
            }
        });
        return this;
    }

    @Override
    public Future<Void> done() {
        return done.future();
    }

    @Override
    public void abort() {
        if (over) {
            return;
        }
        over = true;
        breakOff();
        link.over(this);
        if (answer != null) {
            answer.abort();
        }
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public long answerDueMillis() {
        return answer == null ? deadlineMillis() : Long.MAX_VALUE;
    }

    private long deadlineMillis() {
        String deadline = headers.get("x-fc-function-deadline");
        return deadline == null ? Long.MAX_VALUE : Long.parseLong(deadline);
    }

    @Override
    public void deliver(Poll to, String id) {
        poll = to;
        HttpServerResponse next = to.response();
        long deadline = Math.min(deadlineMillis(), System.currentTimeMillis() + LONGEST_MILLIS);
        to.dialect().describe(new Dialect.Invoked(id, deadline, null, headers()), next.headers());
        HeldBody body = java.util.Objects.requireNonNull(held);
        if (delivery.event()) {
            String type = delivery.request().getHeader(HttpHeaders.CONTENT_TYPE);
            next.putHeader(HttpHeaders.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
            send(body, new Encoding.None(), Buffer.buffer(), to);
        } else {
            next.putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
            HttpEvent event = HttpEvent.of(to.dialect(), delivery.request(), headers, id, body);
            send(body, event.encoding(), event.head(), to);
        }
    }

    private void send(HeldBody body, Encoding encoding, Buffer head, Poll to) {
        HttpServerResponse next = to.response();
        Buffer first = head.appendBuffer(encoding.encode(body.first()));
        if (body.whole()) {
            to.request().connection().exceptionHandler(this::resetAfterDelivery);
            var _ = next.end(first.appendBuffer(encoding.end())).onFailure(this::broken);
            return;
        }
        next.closeHandler(closed -> brokenBeforeEnd());
        next.setChunked(true);
        var _ = next.write(first);
        restOfBody = new Relay(
                delivery.request(),
                new EncodedStream(next, encoding),
                Relay.UNKNOWN,
                delivery.bodyLimit() - body.first().length(),
                () -> {},
                this::tooLarge);
        restOfBody.start(callerGone -> {});
    }

    @Override
    public void respond(Posted posted) {
        if (over) {
            posted.discard();
        } else {
            answer = new PullAnswer(posted, delivery, observer, done, this::broken);
            answer.respond();
        }
    }

    @Override
    public void fail(Posted posted) {
        if (over) {
            posted.discard();
        } else {
            answer = new PullAnswer(posted, delivery, observer, done, this::broken);
            answer.fail();
        }
    }

    @Override
    public void workerEnded(WorkerExit exit) {
        done.tryFail(new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker ended while the invocation was in it, with " + exit.describe()));
    }

    @Override
    public void undeliverable(InvocationFailure reason) {
        done.tryFail(reason);
    }

    private void tooLarge() {
        breakOff();
        done.tryFail(new InvocationFailure(
                FailureCode.PAYLOAD_TOO_LARGE,
                "the request body is larger than the " + delivery.bodyLimit() + " bytes allowed"));
    }

    /** A worker that has been given a part of an event must not take it for the whole. */
    private void breakOff() {
        if (restOfBody != null && !restOfBody.isOver() && poll != null) {
            restOfBody.stop();
            var _ = poll.request().connection().close();
        }
    }

    /**
     * The kernel resets a connection whose end is closed with something unread in it. A client of the Runtime API reads the whole event
     * before it calls the function, so the function has not been called, and another worker may have the event.
     */
    private void resetAfterDelivery(Throwable cause) {
        if (answer == null
                && cause instanceof IOException
                && String.valueOf(cause.getMessage()).contains("reset")) {
            link.notTaken(this);
        }
    }

    private void brokenBeforeEnd() {
        if (restOfBody != null && !restOfBody.isOver()) {
            restOfBody.stop();
            broken(new IllegalStateException("it closed the connection before it had all of the event"));
        }
    }

    /** A connection broke. Its process may be about to end, which is the better reason, and {@link #workerEnded} tells of it. */
    private void broken(Throwable cause) {
        if (over) {
            return;
        }
        link.later(
                PushExchange.EXIT_AFTER_BREAK_MILLIS,
                () -> done.tryFail(new InvocationFailure(
                        FailureCode.BAD_WORKER_ANSWER,
                        "the worker broke off before its answer was complete: " + cause.getMessage(),
                        cause)));
    }
}
