package io.polyfn.core.invocation;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent, which becomes the request that FC would make of it: {@code POST /invoke} with the event in EventBridge's form (contract
 * 8.8). It is the caller's own request until {@link #convert} has completed.
 */
final class CloudEventRequest extends HttpServerRequestWrapper {
    private final CloudEvents events;
    private final CloudEventResponse response;
    private final Promise<Void> converted = Promise.promise();
    private Buffer received = Buffer.buffer(0);
    private int counted;
    private MultiMap headers;
    private @Nullable Buffer event;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private boolean flowing;
    private boolean ended;

    CloudEventRequest(HttpServerRequestInternal request, CloudEvents events) {
        super(request);
        this.events = events;
        this.headers = request.headers();
        this.response = new CloudEventResponse(
                request.response(),
                events,
                CloudEventMode.isCloudEvents(headers.get(HttpHeaders.CONTENT_TYPE)),
                this::letGo);
    }

    /** The answer is on its way, or the caller has left; either may be before all of the event is there. */
    private void letGo() {
        converted.tryFail(
                new InvocationFailure(FailureCode.CALLER_LEFT, "nobody waits for the rest of the CloudEvent"));
        received = Buffer.buffer(0);
        events.release(counted);
        counted = 0;
    }

    /** Reads the event and converts it; fails with what is to be told to the caller. */
    Future<Void> convert() {
        if (headers.contains(HttpHeaders.EXPECT, "100-continue", true)) {
            headers = HttpHeaders.headers().addAll(headers).remove(HttpHeaders.EXPECT);
            delegate.response().writeContinue();
        }
        delegate.exceptionHandler(broken -> converted.tryFail(new InvocationFailure(
                FailureCode.CALLER_LEFT, "the caller left before the CloudEvent was complete", broken)));
        delegate.handler(chunk -> attempt(() -> receive(chunk)));
        delegate.endHandler(end -> attempt(this::become));
        delegate.resume();
        return converted.future();
    }

    private void attempt(Runnable step) {
        if (converted.future().isComplete()) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException failure) {
            converted.tryFail(failure);
        }
    }

    private void receive(Buffer chunk) {
        if ((long) counted + chunk.length() > events.limit()) {
            throw new InvocationFailure(
                    FailureCode.PAYLOAD_TOO_LARGE,
                    "the CloudEvent is larger than the " + events.limit() + " bytes allowed");
        }
        events.hold(chunk.length());
        counted += chunk.length();
        received = received.appendBuffer(chunk);
    }

    private void become() {
        byte[] body = received.getBytes();
        Buffer becomes = received;
        CloudEventHeaders.requireNoEncoding(headers);
        switch (CloudEventMode.of(headers.get(HttpHeaders.CONTENT_TYPE))) {
            case BINARY -> {
                received = Buffer.buffer(0);
                becomes = CloudEventContent.write(CloudEventHeaders.read(headers, body));
            }
            case STRUCTURED -> CloudEventJson.check(body);
            case BATCH -> CloudEventJson.checkBatch(body);
        }
        received = Buffer.buffer(0);
        event = becomes;
        headers = headersOf(becomes);
        converted.complete();
    }

    /** What described the CloudEvent describes nothing now. The content type is the one that FC gives every event. */
    private MultiMap headersOf(Buffer event) {
        MultiMap kept = HttpHeaders.headers();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!name.startsWith("ce-") && !name.startsWith("content-") && !name.equals("upgrade")) {
                kept.add(header.getKey(), header.getValue());
            }
        }
        return kept.remove(HttpHeaders.TRANSFER_ENCODING)
                .set("x-fc-control-path", Kind.EVENT.path())
                .set(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .set(HttpHeaders.CONTENT_LENGTH, Integer.toString(event.length()));
    }

    @Override
    public HttpServerResponse response() {
        return response;
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public String uri() {
        return Kind.EVENT.path();
    }

    @Override
    public String path() {
        return Kind.EVENT.path();
    }

    @Override
    public HttpServerRequest handler(@Nullable Handler<Buffer> to) {
        if (event == null) {
            delegate.handler(to);
        } else {
            handler = to;
        }
        return this;
    }

    @Override
    public HttpServerRequest endHandler(@Nullable Handler<Void> to) {
        if (event == null) {
            delegate.endHandler(to);
        } else {
            endHandler = to;
        }
        return this;
    }

    @Override
    public HttpServerRequest pause() {
        flowing = false;
        if (event == null) {
            delegate.pause();
        }
        return this;
    }

    @Override
    public HttpServerRequest resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public HttpServerRequest fetch(long amount) {
        if (event == null) {
            delegate.fetch(amount);
        } else {
            flowing = true;
            flow();
        }
        return this;
    }

    /** The whole event at once, then the end, unless whoever reads it pauses in between. */
    private void flow() {
        Buffer whole = event;
        if (whole != null && whole.length() > 0 && handler != null) {
            event = Buffer.buffer(0);
            handler.handle(whole);
        }
        if (flowing && !ended && endHandler != null) {
            ended = true;
            endHandler.handle(null);
        }
    }
}
