package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.HeaderRules;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HeldBody;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One invocation over the pull link: waits for a poll, responds to it with the event, and passes on what the worker posts under the
 * invocation's id.
 *
 * <p>It is queued once its body, or the first part of a large one, has been received: a slow or disconnecting caller does not hold up a
 * worker that takes one invocation at a time.
 */
final class PullExchange extends Pending implements Exchange, EventSender.Outcome {
    /** FC's longest timeout (contract 6), for invocations that have none: both dialects must have a deadline. */
    static final long LONGEST_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final PullWorkers workers;
    private final ForwardRequest forward;
    private final Inbound inbound;
    private final Caller caller;
    private final ResponseObserver observer;
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private final Promise<Void> done = Promise.promise();
    private PullLink link;
    private @Nullable HeldBody held;
    private int reserved;
    private @Nullable EventSender event;
    private @Nullable ResponseReader response;
    private boolean givenBack;
    private boolean over;

    PullExchange(PullLink link, ForwardRequest forward, Caller caller, ResponseObserver observer) {
        super(timeLeft(forward.additional()));
        this.link = link;
        this.workers = link.workers();
        this.forward = forward;
        this.inbound = forward.inbound();
        this.caller = caller;
        this.observer = observer;
        HeaderRules.toWorker(inbound, forward.additional(), headers);
    }

    private static @Nullable Duration timeLeft(MultiMap additional) {
        String deadline = additional.get(FcHeaders.FUNCTION_DEADLINE);
        return deadline == null ? null : Duration.ofMillis(Long.parseLong(deadline) - System.currentTimeMillis());
    }

    PullExchange start() {
        done.future().onComplete(ended -> ended());
        int most = (int) Math.min(Integer.MAX_VALUE, forward.bodyLimit());
        new HeldBody(inbound.body(), most, this::isEnough).ready().onSuccess(body -> {
            if (over) {
                return;
            }
            held = body;
            if (body.first().length() > forward.bodyLimit()) {
                tooLarge();
            } else {
                link.add(this);
            }
        });
        return this;
    }

    /** A larger event is held as a whole while there is room for it, for the sake of a worker that could not handle half of it. */
    private boolean isEnough(Buffer received) {
        int more = received.length() - reserved;
        if (received.length() <= HeldBody.SMALL) {
            return false;
        }
        if (!workers.links().eventBytes().tryTake(more)) {
            return true;
        }
        reserved += more;
        return false;
    }

    private void ended() {
        over = true;
        if (event != null && !event.complete()) {
            // The worker responded before it had all of the event: nobody reads the rest.
            breakOff(event);
            inbound.discardBody();
        }
        letGo();
        link.over(this);
    }

    @Override
    public Future<Void> done() {
        return done.future();
    }

    @Override
    public boolean keepsOthersWaiting(boolean permitsContended) {
        if (over) {
            return false;
        }
        if (response == null) {
            boolean uploading = event == null ? held == null : event.waitsForCaller();
            boolean place = event != null && workers.links().isContended();
            boolean memory = reserved > 0 && workers.links().hasParts();
            return uploading && (permitsContended || place || memory);
        }
        // A response that is only to be read any more has left its worker; a stream is still in it.
        return caller.isBehind()
                && (permitsContended
                        || (link.isResponding(this) && workers.links().isContended()));
    }

    @Override
    public void abort(InvocationFailure reason) {
        if (over) {
            return;
        }
        over = true;
        if (event != null && !event.complete()) {
            breakOff(event);
        }
        letGo();
        link.abandoned(this);
        if (response != null) {
            response.abort();
        }
    }

    private void breakOff(EventSender half) {
        workers.brokeOff(link);
        half.breakOff();
    }

    /** It has left its link; null while there is no other one yet. */
    void movedTo(@Nullable PullLink next) {
        link = next == null ? link : next;
        observer.movedTo(next);
    }

    @Override
    MultiMap headers() {
        return headers;
    }

    @Override
    boolean isWhole() {
        return held == null || held.whole();
    }

    @Override
    boolean isOver() {
        return over;
    }

    @Override
    void deliver(NextCall poll, String id) {
        EventSender sender = new EventSender(poll, forward, this);
        HeldBody body = Objects.requireNonNull(held);
        // By the clock that the worker has, as it is now.
        long deadline = System.currentTimeMillis() + Math.min(millisLeft(), LONGEST_MILLIS);
        sender.send(new Dialect.Invoked(id, forward.event(), deadline, null, headers), body);
        event = sender;
    }

    @Override
    void respond(RuntimeApiPost post) {
        pass(post, ResponseReader::respond);
    }

    @Override
    void fail(RuntimeApiPost post) {
        pass(post, ResponseReader::fail);
    }

    private void pass(RuntimeApiPost post, Consumer<ResponseReader> how) {
        if (over) {
            post.discard();
            return;
        }
        letGo();
        CallerResponse to = new CallerResponse(post, forward, caller, observer, done, this::broken);
        ResponseReader reader = new ResponseReader(post, forward, to, workers.responseMemory());
        response = reader;
        how.accept(reader);
    }

    @Override
    void workerExited(WorkerExit exit) {
        done.tryFail(new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker exited during the invocation, with " + exit.describe()));
    }

    @Override
    void undeliverable(InvocationFailure reason) {
        done.tryFail(reason);
    }

    /** Once only: an event that makes each worker exit that begins to read it must not reach them all. */
    @Override
    public void notTaken() {
        if (over || response != null) {
            return;
        }
        if (givenBack || held == null) {
            broken(new IOException("it closed the connection before it had all of the event"));
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
                "the request body is larger than the " + forward.bodyLimit() + " bytes allowed"));
    }

    /** A connection broke. Its process may be about to exit, which is the better reason, and {@link #workerExited} reports it. */
    @Override
    public void broken(Throwable cause) {
        if (!over) {
            link.later(EXIT_AFTER_BREAK_MILLIS, () -> done.tryFail(Exchange.brokeOff(cause)));
        }
    }

    /** The held part is not needed any more. */
    private void letGo() {
        held = null;
        workers.links().eventBytes().give(reserved);
        reserved = 0;
    }
}
