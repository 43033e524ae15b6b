package io.polyfn.core.link.pull;

import io.polyfn.core.http.Inbound;
import io.polyfn.core.http.Relay;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HeldBody;
import io.polyfn.core.netty.Connections;
import io.polyfn.core.telemetry.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Sends one invocation's event to the worker: the response to a poll. */
final class EventSender {
    /** Reports everything but success. */
    interface Outcome {
        /** The connection closed before the event was read, so another poll may have it. */
        void notTaken();

        /** The event is larger than allowed. */
        void tooLarge();

        /** The connection closed in the middle of the event. */
        void broken(Throwable cause);
    }

    private final NextCall poll;
    private final ForwardRequest forward;
    private final Outcome outcome;
    private @Nullable Relay rest;
    private boolean lost;

    EventSender(NextCall poll, ForwardRequest forward, Outcome outcome) {
        this.poll = poll;
        this.forward = forward;
        this.outcome = outcome;
    }

    /** Sends the held part and, where that is not all, the rest as it arrives. */
    void send(Dialect.Invoked invoked, HeldBody body) {
        HttpServerResponse next = poll.response();
        Encoding encoding;
        Buffer first;
        if (forward.event()) {
            encoding = new Encoding.None();
            first = body.whole() && body.first().length() == 0 ? poll.dialect().emptyEvent() : body.first();
        } else {
            HttpEvent event = HttpEvent.of(poll.dialect(), forward.inbound(), invoked.headers(), invoked.id(), body);
            encoding = event.encoding();
            first = event.head().appendBuffer(encoding.encode(body.first()));
        }
        poll.dialect().describe(invoked, next.headers());
        next.putHeader(HttpHeaders.CONTENT_TYPE, contentType());
        poll.request().connection().exceptionHandler(this::connectionFailed);
        if (body.whole()) {
            var _ = next.end(first.appendBuffer(encoding.end())).onFailure(failed -> lose());
        } else {
            stream(next, first, encoding, forward.bodyLimit() - body.first().length());
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
                forward.inbound().body(),
                new EncodedStream(next, encoding),
                Inbound.UNKNOWN,
                left,
                () -> {},
                outcome::tooLarge,
                Relay.Backlog.TAKEN);
        rest = relay;
        relay.startFromCaller(outcome::broken);
    }

    /** Whether the next step is the caller's: to send more. */
    boolean waitsForCaller() {
        return rest != null && !rest.isOver() && !complete() && !poll.response().writeQueueFull();
    }

    /** Whether the worker has all of it. */
    boolean complete() {
        return poll.response().ended();
    }

    /**
     * Stops in the middle. The worker must not take a part of an event for the whole: an event in JSON is left unfinished, so that it
     * cannot be parsed; any other needs a broken connection.
     */
    void breakOff() {
        if (complete()) {
            return;
        }
        if (rest != null) {
            rest.stop();
        }
        if (forward.event()) {
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
        if (complete() && Connections.reset(cause)) {
            lose();
        }
    }

    /** May be signalled twice. */
    private void lose() {
        if (!lost) {
            lost = true;
            outcome.notTaken();
        }
    }

    private String contentType() {
        // Lambda has no other events, and its clients take anything else for text (contract 9.1.13).
        if (!forward.event() || poll.dialect() == Dialect.LAMBDA) {
            return "application/json";
        }
        String type = forward.inbound().header(HttpHeaders.CONTENT_TYPE);
        return type == null ? "application/octet-stream" : type;
    }
}
