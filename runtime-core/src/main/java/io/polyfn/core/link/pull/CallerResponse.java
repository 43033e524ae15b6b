package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureBody;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.HeaderRules;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.http.Relay;
import io.polyfn.core.http.WholeBody;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HeldBody;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.Base64;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one response of the pull link to its caller: whole, as a stream, or as the function's failure. */
final class CallerResponse {
    private static final String ERROR_TYPE = "Lambda-Runtime-Function-Error-Type";
    private static final String ERROR_BODY = "Lambda-Runtime-Function-Error-Body";

    private final RuntimeApiPost post;
    private final ForwardRequest forward;
    private final Caller caller;
    private final ResponseObserver observer;
    private final Promise<Void> done;
    private final Consumer<Throwable> broken;
    private @Nullable Relay relay;

    /**
     * @param done completed when the response has been written; failed with what the caller is to get in its place
     * @param broken called when the worker's connection breaks in the middle of its response
     */
    CallerResponse(
            RuntimeApiPost post,
            ForwardRequest forward,
            Caller caller,
            ResponseObserver observer,
            Promise<Void> done,
            Consumer<Throwable> broken) {
        this.post = post;
        this.forward = forward;
        this.caller = caller;
        this.observer = observer;
        this.done = done;
        this.broken = broken;
    }

    Promise<Void> done() {
        return done;
    }

    void broken(Throwable cause) {
        broken.accept(cause);
    }

    /** Stops passing on what still comes. */
    void abort() {
        if (relay != null) {
            relay.stop();
        }
    }

    /** Writes a whole response; its post is accepted. */
    void send(HttpResult result) {
        if (!failedInTrailers()) {
            write(result, "200");
        }
    }

    /**
     * Passes a response on as it arrives.
     *
     * @param begin the part of the body that is there
     * @param limit bytes that the whole body may have
     * @param unread the memory for what the caller does not read
     */
    void stream(HttpResult result, Buffer begin, long limit, Relay.Backlog unread) {
        head(result, "200");
        caller.stream();
        var _ = caller.sent().onSuccess(done::tryComplete);
        if (!hasBody(result)) {
            observer.beforeEnd();
            var _ = caller.end();
            post.discard();
            return;
        }
        // The head goes out at once: the caller waits for it, and the first byte may take long.
        var _ = caller.write(begin);
        relay = new Relay(
                post.request(),
                caller,
                Inbound.UNKNOWN,
                limit == Long.MAX_VALUE ? limit : limit - begin.length(),
                this::beforeStreamEnds,
                () -> tooLarge(limit),
                unread);
        relay.start(broken::accept);
    }

    private void beforeStreamEnds() {
        post.accept();
        String type = post.trailer(ERROR_TYPE);
        if (type != null && !type.isEmpty() && relay != null) {
            // The caller sees that the response is not complete; the log has the reason.
            relay.stop();
            done.tryFail(new InvocationFailure(
                    FailureCode.FUNCTION_ERROR, "the function failed in the middle of its response: " + type));
            return;
        }
        observer.beforeEnd();
    }

    /** In Lambda's dialect a function can fail after it has begun to respond (contract 9.1). */
    private boolean failedInTrailers() {
        String type = post.trailer(ERROR_TYPE);
        if (type == null || type.isEmpty()) {
            return false;
        }
        String body = post.trailer(ERROR_BODY);
        fail(
                body == null
                        ? Buffer.buffer()
                        : Buffer.buffer(Base64.getMimeDecoder().decode(body)));
        return true;
    }

    /** Writes the function's own failure; empty if it gave no reason. */
    void fail(Buffer reason) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .set(HttpHeaders.CONTENT_TYPE, FailureBody.CONTENT_TYPE)
                .set(FailureCode.HEADER, FailureCode.FUNCTION_ERROR.wire());
        Buffer body = reason.length() > 0 ? reason : FailureBody.of(unexplained());
        write(new HttpResult(FailureCode.FUNCTION_ERROR.httpStatus(), headers, body), "404");
    }

    private InvocationFailure unexplained() {
        String type = post.request().getHeader(ERROR_TYPE);
        return new InvocationFailure(
                FailureCode.FUNCTION_ERROR,
                "the function failed and did not report why" + (type == null ? "" : ": " + type));
    }

    private void write(HttpResult result, String fcStatus) {
        head(result, fcStatus);
        int length = result.body().length();
        // A HEAD that leaves out the body says nothing of its length, unless the function does.
        boolean known =
                isHead() ? length > 0 && !caller.headers().contains(HttpHeaders.CONTENT_LENGTH) : hasBody(result);
        if (known) {
            caller.headers().set(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
        }
        var _ = caller.sent().onSuccess(done::tryComplete);
        if (!hasBody(result)) {
            observer.beforeEnd();
            post.accept();
            var _ = caller.end();
            return;
        }
        if (length > HeldBody.SMALL) {
            // The worker need not wait until its caller has read it.
            post.accept();
        }
        relay = new Relay(
                new WholeBody(result.body()), caller, length, length, this::beforeEnd, () -> {}, Relay.Backlog.TAKEN);
        relay.start(broken::accept);
    }

    private void beforeEnd() {
        observer.beforeEnd();
        post.accept();
    }

    /** Whether the caller has read what has been written so far. */
    boolean isRead() {
        return !caller.isBehind();
    }

    private void head(HttpResult result, String fcStatus) {
        caller.status(result.status());
        boolean fcInFront = forward.inbound().headers().contains(FcHeaders.REQUEST_ID);
        HeaderRules.toCaller(result.headers(), caller.headers(), fcInFront);
        // The body that is sent has its own.
        caller.headers().remove(HttpHeaders.CONTENT_LENGTH);
        long length = HeaderRules.contentLength(result.headers());
        if (isHead() && length >= 0) {
            caller.headers().set(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
        }
        observer.head(result.status(), fcStatus);
    }

    private boolean isHead() {
        return forward.inbound().method().equals(HttpMethod.HEAD);
    }

    private boolean hasBody(HttpResult result) {
        return !HeaderRules.isResponseWithoutBody(forward.inbound().method(), result.status());
    }

    /** The worker's response is refused, and the caller gets a failure. */
    void tooLarge(long limit) {
        post.refuse(
                413, "Function.ResponseSizeTooLarge", "the response is larger than the " + limit + " bytes allowed");
        done.tryFail(new InvocationFailure(
                FailureCode.BAD_WORKER_ANSWER,
                "the function's response is larger than the %d bytes allowed%s"
                        .formatted(limit, forward.event() ? "" : "; a streamed response may be larger")));
    }

    /** The worker has done its part, and SDKs exit over a refusal; it is the caller's response that cannot be made. */
    void invalid(IllegalArgumentException cause) {
        post.accept();
        done.tryFail(new InvocationFailure(
                FailureCode.BAD_WORKER_ANSWER, "the function's response cannot be sent: " + cause.getMessage(), cause));
    }
}
