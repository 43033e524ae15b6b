package io.polyfn.core.link.pull;

import io.polyfn.core.http.Inbound;
import io.polyfn.core.http.Parsing;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HeldBody;
import io.polyfn.core.link.ResponseMemory;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one response that a worker posts: decides which of its forms it has (an event's outcome, JSON, a prelude and a body, a stream)
 * and how much of it is held.
 *
 * <p>A small response is sent when it is whole, so that its caller gets a length, and a failure in place of half a response. A large one,
 * or one that the worker declares a stream, passes as it arrives.
 */
final class ResponseReader {
    /** The most that either dialect takes as one response (contract 4.3); a stream has no limit. */
    static final long MAX_BYTES = 32L * 1024 * 1024;
    /** An HTTP response in JSON has to be held as a whole, so it has Lambda's own limit. */
    static final int MAX_JSON_BYTES = 6 * 1024 * 1024;

    /** Go's client announces no length, and most responses need no array of the largest size. */
    private static final int MEDIUM_JSON_BYTES = 512 * 1024;

    /** Base64 is decoded to a second array, and large arrays do not fill a heap to its brim. */
    private static final int JSON_COST = 2;

    private static final Buffer NO_BODY = Buffer.buffer();

    private final RuntimeApiPost post;
    private final ForwardRequest forward;
    private final CallerResponse to;
    private final ResponseMemory memory;
    private boolean aborted;

    ResponseReader(RuntimeApiPost post, ForwardRequest forward, CallerResponse to, ResponseMemory memory) {
        this.post = post;
        this.forward = forward;
        this.to = to;
        this.memory = memory;
        to.done().future().onComplete(over -> memory.release());
    }

    /** The worker posts a response. */
    void respond() {
        long length = post.length().orElse(Inbound.UNKNOWN);
        boolean whole = !post.isStreamed();
        boolean json = whole && !forward.event();
        long most = json ? mostJson() : MAX_BYTES;
        if (whole && length > most) {
            to.tooLarge(most);
        } else {
            whenHeld(
                    json
                            ? (int) Math.max(length * JSON_COST, ResponseMemory.unread(length))
                            : ResponseMemory.unread(length),
                    this::read);
        }
    }

    private void read() {
        if (!forward.event() && post.hasPrelude()) {
            PreludeEnd end = new PreludeEnd();
            hold(new HeldBody(post.request(), HeldBody.SMALL, end::reached), held -> respondWithPrelude(held, end));
        } else if (post.isStreamed()) {
            stream(new HttpResult(200, typed(post.contentType()), NO_BODY), NO_BODY, Long.MAX_VALUE);
        } else {
            hold(
                    new HeldBody(post.request(), HeldBody.SMALL),
                    forward.event() ? this::respondToEvent : this::respondInJson);
        }
    }

    /** The worker posts the function's failure. */
    void fail() {
        whenHeld(
                ResponseMemory.unread(post.length().orElse(Inbound.UNKNOWN)),
                () -> hold(
                        new HeldBody(post.request(), HeldBody.SMALL),
                        held -> to.fail(held.whole() ? held.first() : NO_BODY)));
    }

    /** The caller gets no more of it. */
    void abort() {
        aborted = true;
        memory.release();
        to.abort();
        post.discard();
    }

    /** A small heap has room for less than the limit. */
    private int mostJson() {
        return (int) Math.min(MAX_JSON_BYTES, memory.most() / JSON_COST);
    }

    private boolean isOver() {
        return aborted || to.done().future().isComplete();
    }

    /** Reads on when there is room for so many bytes. Without room the worker has done its part all the same. */
    private void whenHeld(int bytes, Runnable then) {
        if (bytes == 0) {
            attempt(then);
            return;
        }
        post.request().pause();
        memory.take(bytes, post.request().connection())
                .onSuccess(held -> attempt(then))
                .onFailure(late -> {
                    if (!isOver()) {
                        to.done().tryFail(late);
                        post.discard();
                    }
                });
    }

    private void stream(HttpResult result, Buffer begin, long limit) {
        to.stream(result, begin, limit, memory);
        memory.releaseSoonIf(to::isRead);
    }

    private void hold(HeldBody body, Consumer<HeldBody> then) {
        body.ready().onFailure(to::broken).onSuccess(held -> attempt(() -> then.accept(held)));
    }

    /** One step of the response; each runs in a handler, where an exception would be logged, and the caller would wait for ever. */
    private void attempt(Runnable step) {
        if (isOver()) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException failure) {
            failed(failure);
        }
    }

    private void failed(Throwable cause) {
        if (cause instanceof IllegalArgumentException invalid) {
            to.invalid(invalid);
        } else {
            to.broken(cause);
            post.discard();
        }
    }

    private void respondToEvent(HeldBody held) {
        HttpResult result = new HttpResult(200, typed(post.contentType()), held.first());
        if (held.whole()) {
            to.send(result);
        } else {
            stream(result, held.first(), MAX_BYTES);
        }
    }

    private void respondInJson(HeldBody held) {
        int length = held.first().length();
        if (held.whole()) {
            parseAndSend(held.first());
        } else if (length > mostJson()) {
            to.tooLarge(mostJson());
        } else if (post.length().isPresent()) {
            // There has been room for all of it from the start.
            hold(held.further((int) post.length().getAsLong()), this::respondInJson);
        } else {
            int next = length < MEDIUM_JSON_BYTES ? MEDIUM_JSON_BYTES : mostJson();
            whenHeld(next * JSON_COST, () -> hold(held.further(next), this::respondInJson));
        }
    }

    private void parseAndSend(Buffer json) {
        Dialect dialect = post.dialect();
        String type = plainType();
        Parsing.of(json, body -> HttpResult.of(dialect, body, type))
                .map(this::sendUnlessOver)
                .onFailure(this::notSent);
    }

    private HttpResult sendUnlessOver(HttpResult result) {
        if (!isOver()) {
            to.send(result);
        }
        return result;
    }

    private void notSent(Throwable cause) {
        if (!isOver()) {
            failed(cause);
        }
    }

    /** A value that is not an HTTP response is JSON (contract 8.3.4); Lambda's clients may name another type. */
    private String plainType() {
        String type = post.contentType();
        return type == null
                        || post.dialect() == Dialect.FC
                        || type.startsWith("application/octet-stream")
                        || type.startsWith("application/x-www-form-urlencoded")
                ? "application/json"
                : type;
    }

    private void respondWithPrelude(HeldBody held, PreludeEnd end) {
        if (!end.reached(held.first())) {
            throw new IllegalArgumentException("its prelude does not end with eight zero bytes");
        }
        HttpResult prelude = HttpResult.prelude(held.first().getBuffer(0, end.index()));
        Buffer begin = held.first()
                .getBuffer(end.index() + PreludeEnd.LENGTH, held.first().length());
        if (held.whole()) {
            to.send(new HttpResult(prelude.status(), prelude.headers(), begin));
        } else {
            stream(prelude, begin, Long.MAX_VALUE);
        }
    }

    private static MultiMap typed(@Nullable String type) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        return type == null ? headers : headers.set(HttpHeaders.CONTENT_TYPE, type);
    }
}
