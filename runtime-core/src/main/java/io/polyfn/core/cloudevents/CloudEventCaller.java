package io.polyfn.core.cloudevents;

import io.cloudevents.CloudEvent;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.HeaderRules;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The sender of a CloudEvent. The response is held until it is whole, because only then it is known whether it is a CloudEvent itself.
 *
 * <p>A broker takes any other response with a body for a failure, so such a body is dropped; and it goes by the status, so a failure has
 * the one from the table, not an event's 404.
 */
final class CloudEventCaller extends Caller {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final CloudEvents events;
    private final boolean structured;
    private final Runnable over;
    private Buffer held = Buffer.buffer(0);
    private int counted;
    private boolean tooLarge;

    /**
     * @param structured whether the caller sent a structured event or a batch, and gets its response in that mode
     * @param over called when the response is on its way or nobody waits for it
     */
    CloudEventCaller(
            HttpServerRequest request,
            BooleanSupplier draining,
            CloudEvents events,
            boolean structured,
            Runnable over) {
        super(request, draining);
        this.events = events;
        this.structured = structured;
        this.over = over;
    }

    /** A status that follows a part of a body is that of a failure, which replaces it. */
    @Override
    public void status(int code) {
        held = Buffer.buffer(0);
        tooLarge = false;
        super.status(code);
    }

    @Override
    public void onBreak(Consumer<Throwable> broken) {
        super.onBreak(cause -> {
            broken.accept(cause);
            letGo();
        });
    }

    @Override
    public void stream() {}

    @Override
    public void trailers(MultiMap trailers) {}

    @Override
    public void sendHead() {}

    @Override
    public boolean writeQueueFull() {
        return false;
    }

    @Override
    public Future<Void> write(Buffer chunk) {
        tooLarge |= (long) held.length() + chunk.length() > CloudEvents.MAX_RESPONSE_BYTES;
        // A failure is small, and has to be written even where there is no memory.
        if (!tooLarge && !headers().contains(FailureCode.HEADER)) {
            events.holdResponse(chunk.length());
            counted += chunk.length();
        }
        held = tooLarge ? Buffer.buffer(0) : held.appendBuffer(chunk);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> end(Buffer chunk) {
        var _ = write(chunk);
        return end();
    }

    private void letGo() {
        over.run();
        events.releaseResponse(counted);
        counted = 0;
    }

    @Override
    public Future<Void> end() {
        letGo();
        headers().remove(HttpHeaders.CONTENT_LENGTH);
        if ("404".equals(headers().get(FcHeaders.STATUS))) {
            super.status(FailureCode.httpStatus(headers().get(FailureCode.HEADER)));
            return super.end(held);
        }
        // A server that handles CloudEvents itself may respond in binary mode too.
        if (!tooLarge && headers().contains("ce-specversion")) {
            super.status(OK);
            return super.end(held);
        }
        return respond();
    }

    private Future<Void> respond() {
        try {
            return send(event());
        } catch (InvocationFailure | IllegalArgumentException notAnEvent) {
            if (held.length() > 0 || tooLarge) {
                events.dropped(String.valueOf(notAnEvent.getMessage()));
            }
            headers().remove(HttpHeaders.CONTENT_TYPE);
            super.status(ACCEPTED);
            return super.end();
        }
    }

    private CloudEvent event() {
        if (tooLarge) {
            throw new InvocationFailure(
                    FailureCode.INVALID_CLOUD_EVENT, "it is larger than " + CloudEvents.MAX_RESPONSE_BYTES + " bytes");
        }
        return JsonEventReader.read(held.getBytes());
    }

    private Future<Void> send(CloudEvent event) {
        MultiMap headers = HttpHeaders.headers();
        Buffer body = held;
        if (structured) {
            headers.set(HttpHeaders.CONTENT_TYPE, CloudEventMode.JSON);
        } else {
            // Apart from the response's own, because the function's content type may not be a valid header.
            body = CloudEventHeaders.write(event, headers);
            HeaderRules.check(headers);
        }
        headers().remove(HttpHeaders.CONTENT_TYPE).addAll(headers);
        super.status(OK);
        return super.end(body);
    }
}
