package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One invocation over the pull link: waits for a call of {@code next}, answers it with the event, and passes on what the worker posts
 * under the invocation's id.
 *
 * <p>It stands in line when its body, or the first of a large one, is there: a caller that is slow or leaves does not hold up a worker
 * that takes one invocation at a time.
 */
final class PullExchange implements Exchange, Work, EventDelivery.Outcome {
    /** FC's longest timeout (contract 6), for invocations that have none: both dialects must have a deadline. */
    static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final PullLink link;
    private final Delivery delivery;
    private final AnswerObserver observer;
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private final Promise<Void> done = Promise.promise();
    private @Nullable HeldBody held;
    private int reserved;
    private @Nullable EventDelivery event;
    private @Nullable PullAnswer answer;
    private boolean givenBack;
    private boolean over;

    PullExchange(PullLink link, Delivery delivery, AnswerObserver observer) {
        this.link = link;
        this.delivery = delivery;
        this.observer = observer;
        delivery.headers().accept(headers);
    }

    PullExchange start() {
        done.future().onComplete(ended -> ended());
        int most = (int) Math.min(Integer.MAX_VALUE, delivery.bodyLimit());
        new HeldBody(delivery.request(), most, this::isEnough).ready().onSuccess(body -> {
            if (over) {
                return;
            }
            held = body;
            if (body.first().length() > delivery.bodyLimit()) {
                tooLarge();
            } else {
                link.add(this);
            }
        });
        return this;
    }

    /** A larger event is held as a whole while there is room for it, for the sake of a worker that could not bear half of it. */
    private boolean isEnough(Buffer first) {
        int more = first.length() - reserved;
        if (first.length() <= HeldBody.SMALL) {
            return false;
        }
        if (!link.eventBytes().tryTake(more)) {
            return true;
        }
        reserved += more;
        return false;
    }

    private void ended() {
        over = true;
        if (event != null && !event.complete()) {
            // Answered before all of the event was there: nobody reads the rest.
            event.breakOff();
            delivery.request().handler(ignored -> {});
            delivery.request().resume();
        }
        letGo();
        link.over(this);
    }

    @Override
    public Future<Void> done() {
        return done.future();
    }

    @Override
    public void abort() {
        if (over) {
            return;
        }
        over = true;
        if (event != null) {
            event.breakOff();
        }
        letGo();
        link.abandoned(this);
        if (answer != null) {
            answer.abort();
        }
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public long deadlineMillis() {
        String deadline = headers.get("x-fc-function-deadline");
        return deadline == null ? Long.MAX_VALUE : Long.parseLong(deadline);
    }

    @Override
    public void deliver(Poll to, String id) {
        EventDelivery now = new EventDelivery(to, delivery, this);
        HeldBody body = Objects.requireNonNull(held);
        long deadline = Math.min(deadlineMillis(), System.currentTimeMillis() + LONGEST_MILLIS);
        now.send(new Dialect.Invoked(id, deadline, null, headers), body);
        event = now;
    }

    @Override
    public void respond(Posted posted) {
        pass(posted, PullAnswer::respond);
    }

    @Override
    public void fail(Posted posted) {
        pass(posted, PullAnswer::fail);
    }

    private void pass(Posted posted, Consumer<PullAnswer> how) {
        if (over) {
            posted.discard();
            return;
        }
        letGo();
        PullAnswer passing = new PullAnswer(posted, delivery, observer, done, this::broken, link.answerBytes());
        answer = passing;
        how.accept(passing);
    }

    @Override
    public void workerEnded(WorkerExit exit) {
        done.tryFail(new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker ended while the invocation was in it, with " + exit.describe()));
    }

    @Override
    public void undeliverable(InvocationFailure reason) {
        done.tryFail(reason);
    }

    /** Once only: an event that ends each worker that begins to read it must not end them all. */
    @Override
    public void notTaken() {
        if (over || answer != null) {
            return;
        }
        if (givenBack || held == null) {
            broken(new IllegalStateException("it closed the connection before it had all of the event"));
        } else {
            givenBack = true;
            link.giveBack(this);
        }
    }

    @Override
    public void tooLarge() {
        if (event != null) {
            event.breakOff();
        }
        done.tryFail(new InvocationFailure(
                FailureCode.PAYLOAD_TOO_LARGE,
                "the request body is larger than the " + delivery.bodyLimit() + " bytes allowed"));
    }

    /** A connection broke. Its process may be about to end, which is the better reason, and {@link #workerEnded} tells of it. */
    @Override
    public void broken(Throwable cause) {
        if (over) {
            return;
        }
        link.later(EXIT_AFTER_BREAK_MILLIS, () -> done.tryFail(Exchange.brokeOff(cause)));
    }

    /** What was held is not needed any more. */
    private void letGo() {
        held = null;
        link.eventBytes().give(reserved);
        reserved = 0;
    }
}
