package io.polyfn.core.invocation;

import io.cloudevents.CloudEvent;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.AnswerObserver;
import io.quarkus.vertx.http.runtime.filters.AbstractResponseWrapper;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/**
 * The answer to a CloudEvent: held until it is whole, because only then it shows whether it is a CloudEvent itself.
 *
 * <p>A broker takes any other answer with a body for a failure, so such a body is dropped; and it goes by the status, so a failure has the
 * one from the table, not an event's 404.
 */
final class CloudEventResponse extends AbstractResponseWrapper {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final HttpServerResponse caller;
    private final CloudEvents events;
    private final boolean structured;
    private final Runnable over;
    private Buffer held = Buffer.buffer(0);
    private boolean tooLarge;

    /**
     * @param structured whether the caller sent a structured event or a batch, and gets its answer in that mode
     * @param over told when the answer is on its way or nobody waits for it
     */
    CloudEventResponse(HttpServerResponse caller, CloudEvents events, boolean structured, Runnable over) {
        super(caller);
        this.caller = caller;
        this.events = events;
        this.structured = structured;
        this.over = over;
    }

    /** A status that comes after the first of a body is that of a failure, which takes its place. */
    @Override
    public HttpServerResponse setStatusCode(int status) {
        held = Buffer.buffer(0);
        tooLarge = false;
        caller.setStatusCode(status);
        return this;
    }

    @Override
    public HttpServerResponse setChunked(boolean chunked) {
        return this;
    }

    @Override
    public boolean isChunked() {
        return false;
    }

    @Override
    public boolean writeQueueFull() {
        return false;
    }

    @Override
    public HttpServerResponse closeHandler(Handler<Void> handler) {
        caller.closeHandler(closed -> {
            over.run();
            handler.handle(null);
        });
        return this;
    }

    @Override
    public Future<Void> write(Buffer chunk) {
        tooLarge |= (long) held.length() + chunk.length() > CloudEvents.MOST_ANSWER_BYTES;
        held = tooLarge ? Buffer.buffer(0) : held.appendBuffer(chunk);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> end(Buffer chunk) {
        var _ = write(chunk);
        return end();
    }

    @Override
    public Future<Void> end() {
        over.run();
        caller.headers().remove(HttpHeaders.CONTENT_LENGTH);
        if ("404".equals(caller.headers().get(AnswerObserver.FC_STATUS))) {
            caller.setStatusCode(FailureCode.httpStatus(caller.headers().get(FailureCode.HEADER)));
            return caller.end(held);
        }
        // A server that answers CloudEvents itself may do so in binary mode too.
        if (!tooLarge && caller.headers().contains("ce-specversion")) {
            return caller.setStatusCode(OK).end(held);
        }
        return answer();
    }

    private Future<Void> answer() {
        try {
            return send(event());
        } catch (InvocationFailure | IllegalArgumentException none) {
            if (held.length() > 0 || tooLarge) {
                events.dropped(String.valueOf(none.getMessage()));
            }
            caller.headers().remove(HttpHeaders.CONTENT_TYPE);
            return caller.setStatusCode(ACCEPTED).end();
        }
    }

    private CloudEvent event() {
        if (tooLarge) {
            throw new InvocationFailure(
                    FailureCode.INVALID_CLOUD_EVENT, "it is larger than " + CloudEvents.MOST_ANSWER_BYTES + " bytes");
        }
        return CloudEventJson.read(held.getBytes());
    }

    private Future<Void> send(CloudEvent event) {
        MultiMap headers = HttpHeaders.headers();
        Buffer body = held;
        if (structured) {
            headers.set(HttpHeaders.CONTENT_TYPE, CloudEventMode.JSON);
        } else {
            // Apart from the answer's own, because what the function calls a content type may be no header.
            body = CloudEventHeaders.write(event, headers);
        }
        caller.headers().remove(HttpHeaders.CONTENT_TYPE).addAll(headers);
        return caller.setStatusCode(OK).end(body);
    }
}
