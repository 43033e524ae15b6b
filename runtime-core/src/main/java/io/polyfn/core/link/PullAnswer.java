package io.polyfn.core.link;

import io.polyfn.core.failure.FailureBody;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one invocation on the pull link, from the worker's post to the caller.
 *
 * <p>A small answer is sent when it is whole, so that its caller gets a length, and a failure in place of half an answer. A large one,
 * or one that the worker calls a stream, passes as it comes.
 */
final class PullAnswer {
    /** The most that either dialect takes as one answer (contract 4.3); a stream has no limit. */
    static final long MOST_BYTES = 32L * 1024 * 1024;
    /** An HTTP answer in JSON has to be held as a whole, so it has Lambda's own limit. */
    static final int MOST_JSON_BYTES = 6 * 1024 * 1024;

    private static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
    private static final String ERROR_BODY = "Lambda-Runtime-Function-Error-Body";
    private static final Buffer NO_BODY = Buffer.buffer();
    private static final String PRELUDE_END = "\0".repeat(8);

    private final Posted posted;
    private final Delivery delivery;
    private final AnswerObserver observer;
    private final Promise<Void> done;
    private final Consumer<Throwable> broken;
    private final ByteBudget bytes;
    private final HttpServerResponse caller;
    private @Nullable Relay relay;
    private int share;
    private boolean aborted;

    /**
     * @param broken told when the worker's connection breaks in the middle of its answer
     * @param bytes for an answer that has to be held as a whole
     */
    PullAnswer(
            Posted posted,
            Delivery delivery,
            AnswerObserver observer,
            Promise<Void> done,
            Consumer<Throwable> broken,
            ByteBudget bytes) {
        this.bytes = bytes;
        this.posted = posted;
        this.delivery = delivery;
        this.observer = observer;
        this.done = done;
        this.broken = broken;
        this.caller = delivery.request().response();
    }

    /** The worker posts a response. */
    void respond() {
        if (announcedLength().orElse(0) > MOST_BYTES && !posted.isStreamed()) {
            tooLarge(MOST_BYTES);
        } else if (delivery.event()) {
            if (posted.isStreamed()) {
                stream(new HttpAnswer(200, typed(), Buffer.buffer()), Buffer.buffer());
            } else {
                hold(
                        new HeldBody(posted.request(), HeldBody.SMALL),
                        held -> eventAnswer(held, new HttpAnswer(200, typed(), held.first())));
            }
        } else if (posted.hasPrelude()) {
            hold(
                    new HeldBody(posted.request(), HeldBody.SMALL, first -> endOfPrelude(first) >= 0),
                    this::answerWithPrelude);
        } else if (posted.isStreamed()) {
            stream(new HttpAnswer(200, typed(), Buffer.buffer()), Buffer.buffer());
        } else {
            hold(new HeldBody(posted.request(), HeldBody.SMALL), this::answerInJson);
        }
    }

    /** The worker posts the function's failure. */
    void fail() {
        hold(new HeldBody(posted.request(), HeldBody.SMALL), held -> failed(held.whole() ? held.first() : NO_BODY));
    }

    /** The caller gets no more of it. */
    void abort() {
        aborted = true;
        giveShare();
        if (relay != null) {
            relay.stop();
        }
        posted.discard();
    }

    private void giveShare() {
        bytes.give(share);
        share = 0;
    }

    private void hold(HeldBody body, Consumer<HeldBody> then) {
        body.ready().onFailure(broken::accept).onSuccess(held -> {
            if (aborted || done.future().isComplete()) {
                return;
            }
            try {
                then.accept(held);
            } catch (IllegalArgumentException notAnAnswer) {
                badAnswer(notAnAnswer);
            }
        });
    }

    private void eventAnswer(HeldBody held, HttpAnswer answer) {
        if (!held.whole()) {
            stream(answer, held.first());
        } else if (!failedInTrailers()) {
            send(answer, "200");
        }
    }

    private void answerInJson(HeldBody small) {
        if (small.whole()) {
            answerFrom(small);
            return;
        }
        int wanted = (int) Math.min(MOST_JSON_BYTES, announcedLength().orElse(MOST_JSON_BYTES));
        bytes.take(wanted).onSuccess(mine -> {
            share = wanted;
            if (aborted) {
                giveShare();
                return;
            }
            done.future().onComplete(over -> giveShare());
            hold(small.further(MOST_JSON_BYTES), this::answerFrom);
        });
    }

    private void answerFrom(HeldBody held) {
        if (!held.whole()) {
            tooLarge(MOST_JSON_BYTES);
        } else if (!failedInTrailers()) {
            send(HttpAnswer.of(held.first(), plainType()), "200");
        }
    }

    /** API Gateway takes a value that is no HTTP answer for JSON; clients post it as bytes of no particular type. */
    private String plainType() {
        String type = posted.contentType();
        return type == null
                        || type.startsWith("application/octet-stream")
                        || type.startsWith("application/x-www-form-urlencoded")
                ? "application/json"
                : type;
    }

    private OptionalLong announcedLength() {
        String length = posted.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(length));
    }

    private void answerWithPrelude(HeldBody held) {
        int end = endOfPrelude(held.first());
        if (end < 0) {
            throw new IllegalArgumentException("the answer has no prelude that ends with eight zero bytes");
        }
        HttpAnswer prelude = HttpAnswer.prelude(held.first().getBuffer(0, end));
        Buffer begin =
                held.first().getBuffer(end + PRELUDE_END.length(), held.first().length());
        if (held.whole() && !failedInTrailers()) {
            send(new HttpAnswer(prelude.status(), prelude.headers(), begin), "200");
        } else if (!held.whole()) {
            stream(prelude, begin);
        }
    }

    private void send(HttpAnswer answer, String fcStatus) {
        head(answer, fcStatus);
        if (answer.status() != 204 && answer.status() != 304) {
            caller.putHeader(
                    HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length()));
        }
        observer.beforeEnd();
        posted.accept();
        caller.endHandler(ended -> done.tryComplete());
        var _ = HeaderRules.isAnsweredWithoutBody(delivery.request(), answer.status())
                ? caller.end()
                : caller.end(answer.body());
    }

    private void stream(HttpAnswer answer, Buffer begin) {
        head(answer, "200");
        // An HTTP/1.0 caller knows no chunks: for it, the end of the connection is the end of the body.
        caller.setChunked(delivery.request().version() != HttpVersion.HTTP_1_0);
        caller.endHandler(ended -> done.tryComplete());
        if (HeaderRules.isAnsweredWithoutBody(delivery.request(), answer.status())) {
            observer.beforeEnd();
            var _ = caller.end();
            posted.discard();
            return;
        }
        long most = posted.isStreamed() ? Long.MAX_VALUE : MOST_BYTES - begin.length();
        // The head goes out at once: the caller waits for it, and the first byte may take long.
        var _ = caller.write(begin);
        relay = new Relay(posted.request(), caller, Relay.UNKNOWN, most, this::beforeEnd, () -> tooLarge(MOST_BYTES));
        relay.start(broken::accept);
    }

    private void beforeEnd() {
        posted.accept();
        String type = posted.trailers().get(ERROR_TYPE);
        if (type != null && !type.isEmpty() && relay != null) {
            // The caller sees that the answer is not complete; why, the log says.
            relay.stop();
            done.tryFail(new InvocationFailure(
                    FailureCode.FUNCTION_ERROR, "the function failed in the middle of its answer: " + type));
            return;
        }
        observer.beforeEnd();
    }

    /** In Lambda's dialect a function can fail after it has begun to answer (contract 9.1). */
    private boolean failedInTrailers() {
        String type = posted.trailers().get(ERROR_TYPE);
        if (type == null || type.isEmpty()) {
            return false;
        }
        String body = posted.trailers().get(ERROR_BODY);
        failed(
                body == null
                        ? Buffer.buffer()
                        : Buffer.buffer(Base64.getMimeDecoder().decode(body)));
        return true;
    }

    private void failed(Buffer said) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .set("content-type", FailureBody.CONTENT_TYPE)
                .set(FailureCode.HEADER, FailureCode.FUNCTION_ERROR.wire());
        Buffer body = said.length() > 0 ? said : FailureBody.of(unexplained());
        send(new HttpAnswer(FailureCode.FUNCTION_ERROR.httpStatus(), headers, body), "404");
    }

    private InvocationFailure unexplained() {
        String type = posted.request().getHeader(ERROR_TYPE);
        return new InvocationFailure(
                FailureCode.FUNCTION_ERROR,
                "the function failed and did not say why" + (type == null ? "" : ": " + type));
    }

    private void head(HttpAnswer answer, String fcStatus) {
        caller.setStatusCode(answer.status());
        boolean fcInFront = delivery.request().headers().contains("x-fc-request-id");
        HeaderRules.toCaller(answer.headers(), caller.headers(), fcInFront);
        observer.head(answer.status(), fcStatus, caller);
    }

    private void tooLarge(long most) {
        posted.refuse(413, "Function.ResponseSizeTooLarge", "the answer is larger than the " + most + " bytes allowed");
        done.tryFail(new InvocationFailure(
                FailureCode.BAD_WORKER_ANSWER,
                "the function's answer is larger than the %d bytes allowed%s"
                        .formatted(most, delivery.event() ? "" : "; a streamed answer may be")));
    }

    /** The worker has done its part, and SDKs end the process over a refusal; it is the caller who cannot be answered. */
    private void badAnswer(Throwable cause) {
        posted.accept();
        done.tryFail(new InvocationFailure(
                FailureCode.BAD_WORKER_ANSWER, "the function's answer cannot be sent: " + cause.getMessage(), cause));
    }

    private MultiMap typed() {
        String type = posted.contentType();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        return type == null ? headers : headers.set("content-type", type);
    }

    private static int endOfPrelude(Buffer said) {
        return new String(said.getBytes(), StandardCharsets.ISO_8859_1).indexOf(PRELUDE_END);
    }
}
