package io.polyfn.core.link;

import io.netty.channel.unix.Errors;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One invocation's event on its way to the worker: the answer to a call of {@code next}. */
final class EventDelivery {
    /** What can come of it but for success. */
    interface Outcome {
        /** The worker left without having read the event, so another one may have it. */
        void notTaken();

        /** The caller sent more than allowed. */
        void tooLarge();

        /** The worker left in the middle. */
        void broken(Throwable cause);
    }

    private final Poll poll;
    private final Delivery delivery;
    private final Outcome outcome;
    private @Nullable Relay rest;
    private boolean lost;

    EventDelivery(Poll poll, Delivery delivery, Outcome outcome) {
        this.poll = poll;
        this.delivery = delivery;
        this.outcome = outcome;
    }

    /** Sends what is held and, where that is not all, what still comes. */
    void send(Dialect.Invoked invoked, HeldBody body) {
        HttpServerResponse next = poll.response();
        Encoding encoding;
        Buffer first;
        if (delivery.event()) {
            encoding = new Encoding.None();
            first = encoding.encode(body.first());
        } else {
            HttpEvent event = HttpEvent.of(poll.dialect(), delivery.request(), invoked.headers(), invoked.id(), body);
            encoding = event.encoding();
            first = event.head().appendBuffer(encoding.encode(body.first()));
        }
        poll.dialect().describe(invoked, next.headers());
        next.putHeader(HttpHeaders.CONTENT_TYPE, contentType());
        poll.request().connection().exceptionHandler(this::connectionFailed);
        if (body.whole()) {
            var _ = next.end(first.appendBuffer(encoding.end())).onFailure(failed -> lose());
        } else {
            stream(next, first, encoding, delivery.bodyLimit() - body.first().length());
        }
    }

    private void stream(HttpServerResponse next, Buffer first, Encoding encoding, long left) {
        next.closeHandler(closed -> {
            if (!next.ended()) {
                outcome.broken(new IOException("it closed the connection before it had all of the event"));
            }
        });
        next.setChunked(true);
        var _ = next.write(first);
        Relay relay = new Relay(
                delivery.request(),
                new EncodedStream(next, encoding),
                Relay.UNKNOWN,
                left,
                () -> {},
                outcome::tooLarge);
        rest = relay;
        relay.start(callerGone -> {});
    }

    /** Whether the worker has all of it. */
    boolean complete() {
        return poll.response().ended();
    }

    /**
     * Ends it where it is. The worker must not take a part of an event for the whole: an event in JSON is left unfinished, so that the
     * worker can say that it is none; of any other, only a broken connection tells.
     */
    void breakOff() {
        if (complete()) {
            return;
        }
        if (rest != null) {
            rest.stop();
        }
        if (delivery.event()) {
            var _ = poll.request().connection().close();
        } else {
            var _ = poll.response().end();
        }
    }

    /**
     * The kernel resets a connection whose end is closed with something unread in it. A client of the Runtime API reads the whole event
     * before it calls the function, so the function has not been called.
     */
    private void connectionFailed(Throwable cause) {
        if (complete()
                && cause instanceof Errors.NativeIoException failed
                && failed.expectedErr() == Errors.ERRNO_ECONNRESET_NEGATIVE) {
            lose();
        }
    }

    /** There may be two signs of it. */
    private void lose() {
        if (!lost) {
            lost = true;
            outcome.notTaken();
        }
    }

    private String contentType() {
        if (!delivery.event()) {
            return "application/json";
        }
        String type = delivery.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type == null ? "application/octet-stream" : type;
    }
}
