package io.polyfn.core.link.pull;

import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HeldBody;
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

    private static final Buffer NO_BODY = Buffer.buffer();

    private final RuntimeApiPost post;
    private final ForwardRequest forward;
    private final CallerResponse to;
    private final BodyBudget bytes;
    private int share;
    private boolean aborted;

    /** @param bytes for a response that has to be held as a whole */
    ResponseReader(RuntimeApiPost post, ForwardRequest forward, CallerResponse to, BodyBudget bytes) {
        this.post = post;
        this.forward = forward;
        this.to = to;
        this.bytes = bytes;
    }

    /** The worker posts a response. */
    void respond() {
        if (post.length().orElse(0) > MAX_BYTES && !post.isStreamed()) {
            to.tooLarge(MAX_BYTES);
        } else if (!forward.event() && post.hasPrelude()) {
            PreludeEnd end = new PreludeEnd();
            hold(new HeldBody(post.request(), HeldBody.SMALL, end::reached), held -> respondWithPrelude(held, end));
        } else if (post.isStreamed()) {
            to.stream(new HttpResult(200, typed(post.contentType()), NO_BODY), NO_BODY, Long.MAX_VALUE);
        } else {
            hold(
                    new HeldBody(post.request(), HeldBody.SMALL),
                    forward.event() ? this::respondToEvent : this::respondInJson);
        }
    }

    /** The worker posts the function's failure. */
    void fail() {
        hold(new HeldBody(post.request(), HeldBody.SMALL), held -> to.fail(held.whole() ? held.first() : NO_BODY));
    }

    /** The caller gets no more of it. */
    void abort() {
        aborted = true;
        giveShare();
        to.abort();
        post.discard();
    }

    boolean holdsShare() {
        return share > 0;
    }

    private void giveShare() {
        bytes.give(share);
        share = 0;
    }

    private void hold(HeldBody body, Consumer<HeldBody> then) {
        body.ready().onFailure(to::broken).onSuccess(held -> {
            if (aborted || to.done().future().isComplete()) {
                return;
            }
            try {
                then.accept(held);
            } catch (IllegalArgumentException invalid) {
                to.invalid(invalid);
            }
        });
    }

    private void respondToEvent(HeldBody held) {
        HttpResult result = new HttpResult(200, typed(post.contentType()), held.first());
        if (held.whole()) {
            to.send(result);
        } else {
            to.stream(result, held.first(), MAX_BYTES);
        }
    }

    private void respondInJson(HeldBody small) {
        if (small.whole()) {
            parseAndSend(small);
            return;
        }
        int wanted = (int) Math.min(MAX_JSON_BYTES, post.length().orElse(MAX_JSON_BYTES));
        bytes.take(wanted).onSuccess(granted -> {
            share = wanted;
            if (aborted) {
                giveShare();
                return;
            }
            to.done().future().onComplete(over -> giveShare());
            hold(small.further(MAX_JSON_BYTES), this::parseAndSend);
        });
    }

    private void parseAndSend(HeldBody held) {
        if (held.whole()) {
            to.send(HttpResult.of(post.dialect(), held.first(), plainType()));
        } else {
            to.tooLarge(MAX_JSON_BYTES);
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
            to.stream(prelude, begin, Long.MAX_VALUE);
        }
    }

    private static MultiMap typed(@Nullable String type) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        return type == null ? headers : headers.set(HttpHeaders.CONTENT_TYPE, type);
    }
}
