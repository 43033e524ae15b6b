package io.polyfn.core.cloudevents;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.http.Parsing;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.RequestKind;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;

/**
 * Converts a CloudEvent to the request that FC would make of it: {@code POST /invoke} with the event in EventBridge's form (contract
 * 8.8).
 */
final class EventConversion {
    private final Inbound inbound;
    private final CloudEvents events;
    private final Promise<Inbound> converted = Promise.promise();
    private Buffer received = Buffer.buffer(0);
    private int counted;

    EventConversion(Inbound inbound, CloudEvents events) {
        this.inbound = inbound;
        this.events = events;
    }

    /** The response is on its way, or the caller has disconnected; either may be before all of the event has been received. */
    void letGo() {
        converted.tryFail(
                new InvocationFailure(FailureCode.CALLER_LEFT, "nobody waits for the rest of the CloudEvent"));
        received = Buffer.buffer(0);
        events.release(counted);
        counted = 0;
    }

    /** Reads the event and converts it; fails with what the caller is to get. */
    Future<Inbound> convert() {
        inbound.body().exceptionHandler(reportedToTheCaller -> {});
        inbound.body().handler(chunk -> attempt(() -> receive(chunk)));
        inbound.body().endHandler(end -> attempt(this::complete));
        inbound.body().resume();
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

    private void complete() {
        MultiMap headers = inbound.headers();
        CloudEventHeaders.requireNoEncoding(headers);
        Buffer whole = received;
        received = Buffer.buffer(0);
        Parsing.of(whole, body -> eventOf(headers, body))
                .onSuccess(event -> attempt(() -> complete(event)))
                .onFailure(converted::tryFail);
    }

    private void complete(Buffer event) {
        converted.complete(inbound.with(RequestKind.EVENT.path(), headersOf(inbound.headers(), event), event));
    }

    private static Buffer eventOf(MultiMap headers, Buffer whole) {
        byte[] body = whole.getBytes();
        switch (CloudEventMode.of(headers.get(HttpHeaders.CONTENT_TYPE))) {
            case BINARY -> {
                return JsonEventWriter.write(CloudEventHeaders.read(headers, body));
            }
            case STRUCTURED -> JsonEventReader.check(body);
            case BATCH -> JsonEventReader.checkBatch(body);
        }
        return whole;
    }

    /** The headers that described the CloudEvent do not describe the event. The content type is the one that FC gives every event. */
    private static MultiMap headersOf(MultiMap headers, Buffer event) {
        MultiMap kept = HttpHeaders.headers();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!name.startsWith("ce-") && !name.startsWith("content-") && !name.equals("upgrade")) {
                kept.add(header.getKey(), header.getValue());
            }
        }
        return kept.remove(HttpHeaders.TRANSFER_ENCODING)
                .set(FcHeaders.CONTROL_PATH, RequestKind.EVENT.path())
                .set(HttpHeaders.CONTENT_TYPE, "application/octet-stream")
                .set(HttpHeaders.CONTENT_LENGTH, Integer.toString(event.length()));
    }
}
