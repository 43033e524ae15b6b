package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.failure.TimeLimit;
import io.polyfn.core.http.Caller;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.NextPoll;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.link.pull.Pending.Stage;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The link to one worker that polls: matches calls with polls, first come, first served. Confined to the event loop.
 *
 * <p>Several polls at once are the worker's way to ask for concurrency. What a worker has taken is lost with it and fails; what it has
 * not taken goes to the next worker.
 */
final class PullLink implements Link {
    /** A handler that keeps to its deadline needs a moment to report so. */
    private static final long AFTER_DEADLINE_MILLIS = 500;

    /**
     * No worker is judged earlier: FC's own default timeout (contract 6.2). A caller that sends a deadline of a millisecond fails alone,
     * while a function that takes a second is not hung.
     */
    private static final long PATIENCE_MILLIS = 3000;

    /** The time to drain what the connections of a worker that has exited still hold. */
    private static final long AFTER_EXIT_MILLIS = 5;

    /** The time in which a worker may replace one of its own processes. */
    private static final long PLACE_BACK_MILLIS = 5000;

    /** The time in which a worker that has several polls shows the others, or posts a response that it had begun. */
    private static final long PASSED_OVER_MILLIS = 500;

    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private final Vertx vertx;
    private final PullWorkers workers;
    private final boolean printsMarkers;
    private final Future<WorkerExit> exited;
    private final NextPoll nextPoll;
    private final Deque<NextCall> polls = new ArrayDeque<>();
    /** For any worker that polls. */
    private final WaitingCalls<PullExchange> waiting = new WaitingCalls<>();
    /** For this worker. */
    private final Deque<PullHook> hooks = new ArrayDeque<>();

    private final Map<String, Pending> handedOut = new HashMap<>();
    private final Set<Pending> responding = new HashSet<>();
    private boolean ready;
    private boolean retired;
    /** The places that the worker had before it lost one; 0 while it has all. */
    private int wanted;

    PullLink(Vertx vertx, PullWorkers workers, boolean printsMarkers, Future<WorkerExit> exited) {
        this.vertx = vertx;
        this.workers = workers;
        this.printsMarkers = printsMarkers;
        this.exited = exited;
        this.nextPoll = new NextPoll(vertx);
        workers.links().opened(this);
        exited.onSuccess(this::workerExited);
    }

    @Override
    public Exchange forward(ForwardRequest request, Caller caller, ResponseObserver observer) {
        return new PullExchange(this, request, caller, observer).start();
    }

    @Override
    public Future<HookResponse> call(Hook hook, MultiMap headers) {
        PullHook call = new PullHook(this, hook, headers);
        add(call);
        return call.start();
    }

    @Override
    public boolean printsMarkers() {
        return printsMarkers;
    }

    @Override
    public void ready() {
        ready = true;
        match();
    }

    @Override
    public void retire() {
        retired = true;
        List<PullHook> untaken = List.copyOf(hooks);
        hooks.clear();
        untaken.forEach(PullHook::notTaken);
        waiting.drain().forEach(this::moveToNextWorker);
    }

    /** The worker polls. */
    void next(NextCall poll) {
        polls.add(poll);
        if (places() >= wanted) {
            wanted = 0;
        }
        poll.response().closeHandler(gone -> polls.remove(poll));
        failWhatIsPassedOver(poll);
        match();
    }

    /**
     * A client of Lambda's polls for one invocation at a time (contract 9.1.10). One that has a single connection, and polls on it again,
     * does not post the response to what it got there before.
     */
    private void failWhatIsPassedOver(NextCall poll) {
        HttpConnection connection = poll.request().connection();
        if (poll.dialect() != Dialect.LAMBDA) {
            return;
        }
        handedOut.values().stream()
                .filter(call -> connection.equals(call.connection) && !call.isOver())
                .forEach(call -> later(PASSED_OVER_MILLIS, () -> {
                    if (workers.peers().pollsAlone(connection)
                            && !call.isOver()
                            && handedOut.values().remove(call)) {
                        call.undeliverable(new InvocationFailure(
                                FailureCode.BAD_WORKER_ANSWER,
                                "the worker polled for the next invocation without having responded to this one"));
                    }
                }));
    }

    /** The call to which the worker responds under this id; null if it never had it, or has responded already. */
    @Nullable
    Pending take(String id, RuntimeApiPost post) {
        Pending call = handedOut.remove(id);
        if (call != null) {
            call.stage = Stage.RESPONDING;
            responding.add(call);
            post.onEnd(() -> responding.remove(call));
        }
        return call;
    }

    /** Whether the worker is still posting the response to this call. */
    boolean isResponding(Pending call) {
        return responding.contains(call);
    }

    /** Whether calls wait here because the worker does not poll for them. */
    boolean hasInLine() {
        return !waiting.isEmpty() || !hooks.isEmpty();
    }

    /** Whether events wait that could not be held as a whole. */
    boolean hasParts() {
        return waiting.hasParts();
    }

    /** What outlives this worker. */
    PullWorkers workers() {
        return workers;
    }

    /** Puts a call in line. */
    void add(Pending call) {
        var _ = nextPoll.passed().onSuccess(now -> {
            if (call.isOver()) {
                return;
            }
            if (!retired && !exited.isComplete()) {
                queue(call);
                return;
            }
            switch (call) {
                case PullHook hook -> hook.notTaken();
                case PullExchange exchange -> moveToNextWorker(exchange);
            }
        });
    }

    private void queue(Pending call) {
        call.stage = Stage.WAITING;
        call.place = workers.links().newPlace();
        switch (call) {
            case PullHook hook -> hooks.add(hook);
            case PullExchange exchange -> waiting.add(exchange, exchange.isWhole());
        }
        match();
        if (!waiting.isEmpty()) {
            workers.links().offer();
        }
    }

    private void moveToNextWorker(PullExchange call) {
        call.stage = Stage.ELSEWHERE;
        call.movedTo(null);
        workers.next()
                .onSuccess(link -> {
                    call.movedTo(link);
                    link.add(call);
                })
                .onFailure(reason -> call.undeliverable(InvocationFailure.of(reason)));
    }

    /** A connection of the worker closed before this call was read from it. */
    void giveBack(Pending call) {
        handedOut.values().remove(call);
        add(call);
    }

    /** Runs something later on the event loop. */
    void later(long millis, Runnable step) {
        vertx.setTimer(millis, due -> step.run());
    }

    /** What the step completes with; fails with a {@link java.util.concurrent.TimeoutException} if that takes longer. */
    <T> Future<T> within(Duration time, Future<T> step) {
        return TimeLimit.within(vertx, time, step);
    }

    /** This call is over. */
    void over(Pending call) {
        if (call.stage == Stage.WAITING) {
            switch (call) {
                case PullHook hook -> hooks.remove(hook);
                case PullExchange exchange -> waiting.remove(exchange);
            }
        }
    }

    /** Nobody waits for this call any more, and the worker may have it still. */
    void abandoned(Pending call) {
        over(call);
        if (call.hasDeadline()) {
            later(Math.max(1, millisUntilJudged(call)), this::replaceIfStuck);
        }
    }

    /** How long it is until a worker that still has this call does not keep to deadlines. */
    private static long millisUntilJudged(Pending call) {
        long had = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - call.handedOutNanos);
        return Math.max(call.millisLeft() + AFTER_DEADLINE_MILLIS, PATIENCE_MILLIS - had);
    }

    /** The place of the invocation that is next in line here. */
    long nextPlace() {
        PullExchange next = waiting.peek();
        return next == null ? Long.MAX_VALUE : next.place;
    }

    /** Gives calls in line to the worker while it polls. */
    void match() {
        while (!polls.isEmpty()) {
            Pending call = nextCall();
            if (call == null) {
                return;
            }
            NextCall poll = polls.remove();
            if (call instanceof PullHook hook && poll.dialect() == Dialect.LAMBDA) {
                call.stage = Stage.ELSEWHERE;
                hook.hasNone();
                polls.addFirst(poll);
                continue;
            }
            hand(call, poll);
        }
    }

    /** A worker that is not ready yet, or no more, gets what is its own and nothing else. */
    private @Nullable Pending nextCall() {
        PullExchange own = waiting.peek();
        PullHook hook = hooks.peek();
        if (hook != null && (own == null || hook.place < own.place || !own.isWhole())) {
            return hooks.remove();
        }
        PullLink from = ready && !retired ? workers.links().next(this) : this;
        if (from.waiting.isEmpty()) {
            return null;
        }
        PullExchange call = from.waiting.next();
        if (!from.equals(this)) {
            call.movedTo(this);
        }
        return call;
    }

    private void hand(Pending call, NextCall poll) {
        String id = unused(Objects.requireNonNullElse(call.headers().get(FcHeaders.REQUEST_ID), ""));
        call.stage = Stage.HANDED_OUT;
        call.handedOutNanos = System.nanoTime();
        call.connection = poll.request().connection();
        handedOut.put(id, call);
        try {
            call.deliver(poll, id);
            workers.extensions().invoked(poll.response().headers());
        } catch (RuntimeException notToBeWritten) {
            // Whatever a caller sends, it costs neither the worker nor later callers. Its words stay out of the log.
            handedOut.remove(id);
            if (!poll.response().headWritten()) {
                poll.response().headers().clear();
                polls.addFirst(poll);
            }
            call.undeliverable(
                    notToBeWritten instanceof InvocationFailure failure
                            ? failure
                            : new InvocationFailure(
                                    FailureCode.BAD_REQUEST,
                                    "the request cannot be converted to an event: "
                                            + notToBeWritten.getClass().getSimpleName()));
        }
    }

    /**
     * The id under which the worker responds: it is part of paths, so a caller's own may not fit; and a platform that retries an invocation
     * gives it the same id, while the first try may still be there.
     */
    private String unused(String id) {
        String plain = PLAIN_ID.matcher(id).matches() ? id : UUID.randomUUID().toString();
        String unused = plain;
        for (int n = 2; handedOut.containsKey(unused); n++) {
            unused = plain + '-' + n;
        }
        return unused;
    }

    /** A worker that polls no more, because all that it has is past its deadline, would hold up every later caller. */
    private void replaceIfStuck() {
        Predicate<Pending> isLate = call -> call.isOver() && call.hasDeadline() && millisUntilJudged(call) <= 0;
        boolean busy = !handedOut.isEmpty() || !responding.isEmpty();
        if (busy
                && polls.isEmpty()
                && handedOut.values().stream().allMatch(isLate)
                && responding.stream().allMatch(isLate)) {
            workers.replace(
                    this,
                    "it is still busy with an invocation whose deadline has passed, and does not poll for another");
        }
    }

    /** Whether somebody waits for the response to a call that the worker got on this connection. */
    boolean hasCallFrom(HttpConnection connection) {
        return handedOut.values().stream().anyMatch(call -> !call.isOver() && connection.equals(call.connection));
    }

    /**
     * One of the worker's processes has exited, which had this connection: what it had is lost, and so is its place. It may have been the
     * last one, and then the worker's own exit is the better reason.
     *
     * @param before the places when the connection closed
     */
    void processExited(HttpConnection connection, int before) {
        later(Exchange.EXIT_AFTER_BREAK_MILLIS, () -> {
            List<Pending> lost = handedOut.values().stream()
                    .filter(call -> connection.equals(call.connection))
                    .toList();
            handedOut.values().removeAll(lost);
            lost.stream()
                    .filter(call -> !call.isOver())
                    .forEach(call -> call.undeliverable(new InvocationFailure(
                            FailureCode.WORKER_EXITED, "one of the worker's processes exited during the invocation")));
            if (places() < before) {
                wanted = Math.max(wanted, before);
                later(PLACE_BACK_MILLIS, this::replaceIfPlacesMiss);
            }
        });
    }

    private void replaceIfPlacesMiss() {
        if (wanted > 0) {
            workers.replaceWhenDone(this, "one of its processes has exited and was not started again");
        }
    }

    /** The places, that of a connection which has just closed included. */
    int placesWith(HttpConnection closed) {
        boolean counted =
                polls.stream().anyMatch(poll -> closed.equals(poll.request().connection()))
                        || handedOut.values().stream().anyMatch(call -> closed.equals(call.connection));
        return counted ? places() : places() + 1;
    }

    /** How many invocations the worker has asked for. One that is between its response and its next poll is not seen. */
    private int places() {
        return polls.size() + handedOut.size() + responding.size();
    }

    private void workerExited(WorkerExit exit) {
        polls.clear();
        workers.links().closed(this);
        retire();
        // Its connections may still hold responses, and news of what it has not read.
        later(AFTER_EXIT_MILLIS, () -> {
            List<Pending> lost = new ArrayList<>(handedOut.values());
            lost.addAll(responding);
            handedOut.clear();
            responding.clear();
            lost.stream().filter(call -> !call.isOver()).forEach(call -> call.workerExited(exit));
        });
    }
}
