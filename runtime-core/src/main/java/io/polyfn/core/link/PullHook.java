package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.OptionalLong;

/** A hook over the pull link: FC's dialect has a type of call for each (contract 9.2), Lambda's has none. */
final class PullHook implements Work {
    /** A hook's answer is a word or a failure. */
    private static final int MOST = 1024 * 1024;

    private final PullLink link;
    private final Hook hook;
    private final MultiMap headers;
    private final long deadline;
    private final Promise<HookAnswer> done = Promise.promise();

    PullHook(PullLink link, Hook hook, MultiMap headers) {
        this.link = link;
        this.hook = hook;
        this.headers = headers;
        this.deadline = deadline(headers);
    }

    private static long deadline(MultiMap headers) {
        OptionalLong seconds = Hook.seconds(headers);
        return seconds.isPresent() ? System.currentTimeMillis() + seconds.getAsLong() * 1000 : Long.MAX_VALUE;
    }

    /** Waits for the answer, no longer than the platform does. */
    Future<HookAnswer> start() {
        long time = deadlineMillis() - System.currentTimeMillis();
        if (deadlineMillis() != Long.MAX_VALUE) {
            link.later(Math.max(1, time), this::expire);
        }
        return done.future();
    }

    private void expire() {
        if (done.tryFail(new InvocationFailure(
                FailureCode.DEADLINE_EXCEEDED, "the hook did not finish within its initialization timeout"))) {
            link.abandoned(this);
        }
    }

    /** The worker's dialect knows no hooks: what it would have done at its start it has done. */
    void hasNone() {
        answer(200, Buffer.buffer());
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public boolean isOver() {
        return done.future().isComplete();
    }

    @Override
    public long deadlineMillis() {
        return deadline;
    }

    @Override
    public void deliver(Poll poll, String id) {
        long latest = Math.min(deadline, System.currentTimeMillis() + PullExchange.LONGEST_MILLIS);
        poll.dialect()
                .describe(
                        new Dialect.Invoked(id, latest, hook, headers),
                        poll.response().headers());
        var _ = poll.response().end().onFailure(this::broken);
    }

    @Override
    public void respond(Posted answer) {
        read(answer, 200);
    }

    @Override
    public void fail(Posted error) {
        read(error, 404);
    }

    private void read(Posted posted, int status) {
        new HeldBody(posted.request(), MOST).ready().onComplete(held -> {
            if (held.succeeded()) {
                posted.accept();
                answer(status, held.result().first());
            } else {
                broken(held.cause());
            }
        });
    }

    private void broken(Throwable cause) {
        link.later(Exchange.EXIT_AFTER_BREAK_MILLIS, () -> undeliverable(Exchange.brokeOff(cause)));
    }

    @Override
    public void workerEnded(WorkerExit exit) {
        undeliverable(new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker ended while a hook was in it, with " + exit.describe()));
    }

    @Override
    public void undeliverable(InvocationFailure reason) {
        if (done.tryFail(reason)) {
            link.over(this);
        }
    }

    private void answer(int status, Buffer body) {
        MultiMap said = MultiMap.caseInsensitiveMultiMap().set("content-type", "application/json");
        if (status != 200) {
            said.set(FailureCode.HEADER, FailureCode.FUNCTION_ERROR.wire());
        }
        if (done.tryComplete(new HookAnswer(status, said, body))) {
            link.over(this);
        }
    }
}
