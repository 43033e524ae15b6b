package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** A hook over the pull link: FC's dialect has a function type for each (contract 9.2), Lambda's has none. */
final class PullHook extends Pending {
    private final Hook hook;
    private final MultiMap headers;
    private final Duration time;
    private final Promise<HookResponse> done = Promise.promise();
    private final PullLink link;

    PullHook(PullLink link, Hook hook, MultiMap headers) {
        Duration limit = hook.timeLimit(headers);
        super(limit);
        this.link = link;
        this.hook = hook;
        this.headers = headers;
        this.time = limit;
    }

    /** Waits for the response, no longer than the platform does. */
    Future<HookResponse> start() {
        return link.within(time, done.future()).recover(this::expire);
    }

    private Future<HookResponse> expire(Throwable failure) {
        if (!(failure instanceof TimeoutException)) {
            return Future.failedFuture(failure);
        }
        InvocationFailure late = new InvocationFailure(
                FailureCode.DEADLINE_EXCEEDED, "the hook did not finish within " + time.toSeconds() + " s");
        if (done.tryFail(late)) {
            link.abandoned(this);
        }
        return Future.failedFuture(late);
    }

    /** The worker's dialect has no hooks: what it initializes, it has initialized at its start. */
    void hasNone() {
        complete(200, Buffer.buffer());
    }

    /** The worker gets nothing any more. Who calls a hook knows whom else it concerns. */
    void notTaken() {
        done.tryFail(new Exchange.NotDelivered(
                "the worker has not taken the hook", new IOException("it has exited, or is being replaced")));
    }

    @Override
    MultiMap headers() {
        return headers;
    }

    @Override
    boolean isOver() {
        return done.future().isComplete();
    }

    @Override
    void deliver(NextCall poll, String id) {
        long deadline = System.currentTimeMillis() + millisLeft();
        poll.dialect()
                .describe(
                        new Dialect.Invoked(id, false, deadline, hook, headers),
                        poll.response().headers());
        var _ = poll.response().end().onFailure(this::broken);
    }

    @Override
    void respond(RuntimeApiPost response) {
        read(response, 200);
    }

    @Override
    void fail(RuntimeApiPost error) {
        read(error, 404);
    }

    private void read(RuntimeApiPost post, int status) {
        // Accepted with its end or without, a post's rest is discarded.
        HookResponse.readBody(post.request(), () -> {})
                .onSuccess(body -> {
                    post.accept();
                    complete(status, body);
                })
                .onFailure(this::broken);
    }

    private void broken(Throwable cause) {
        link.later(Exchange.EXIT_AFTER_BREAK_MILLIS, () -> undeliverable(Exchange.brokeOff(cause)));
    }

    @Override
    void workerExited(WorkerExit exit) {
        undeliverable(new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker exited during a hook, with " + exit.describe()));
    }

    @Override
    void undeliverable(InvocationFailure reason) {
        if (done.tryFail(reason)) {
            link.over(this);
        }
    }

    private void complete(int status, Buffer body) {
        MultiMap head = MultiMap.caseInsensitiveMultiMap().set(HttpHeaders.CONTENT_TYPE, "application/json");
        if (status != 200) {
            head.set(FailureCode.HEADER, FailureCode.FUNCTION_ERROR.wire());
        }
        if (done.tryComplete(new HookResponse(status, head, body))) {
            link.over(this);
        }
    }
}
