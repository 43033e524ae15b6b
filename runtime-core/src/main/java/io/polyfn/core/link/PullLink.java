package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerSupervisor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings invocations together with the worker's calls for them: who came first waits for the other. Confined to the event loop.
 *
 * <p>Several calls at once are the worker's way to ask for concurrency. What a worker has taken is lost with it and fails; what it has
 * not taken goes to the next one.
 */
final class PullLink {
    /** A handler that keeps to its deadline needs a moment to say so. */
    private static final long AFTER_DEADLINE_MILLIS = 500;

    /** What the connections of a worker that has ended still have to say is heard in this time. */
    private static final long AFTER_EXIT_MILLIS = 5;

    private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final int EVENT_BYTES = 8 * 1024 * 1024;

    private final Vertx vertx;
    private final WorkerSupervisor supervisor;
    private final QuietTurn turn;
    private final Deque<Poll> polls = new ArrayDeque<>();
    private final Deque<Work> waiting = new ArrayDeque<>();
    private final Map<String, Work> taken = new HashMap<>();
    private final Set<Work> beingAnswered = new HashSet<>();
    private final Set<Work> atRisk = new HashSet<>();
    private final ByteBudget eventBytes = new ByteBudget(EVENT_BYTES);
    private final ByteBudget answerBytes = new ByteBudget(PullAnswer.MOST_JSON_BYTES);
    private Set<Work> ofEndedWorker = new HashSet<>();
    private @Nullable Ready worker;

    PullLink(Vertx vertx, WorkerSupervisor supervisor) {
        this.vertx = vertx;
        this.supervisor = supervisor;
        this.turn = new QuietTurn(vertx);
    }

    Exchange forward(Ready to, Delivery delivery, AnswerObserver observer) {
        watch(to);
        return new PullExchange(this, delivery, observer).start();
    }

    Future<HookAnswer> call(Ready to, Hook hook, MultiMap headers) {
        watch(to);
        PullHook work = new PullHook(this, hook, headers);
        add(work);
        return work.start();
    }

    /** The worker asks for the next. */
    void next(Poll poll) {
        supervisor.polled(poll.address());
        polls.add(poll);
        poll.response().closeHandler(left -> polls.remove(poll));
        match();
    }

    /** Takes the work that the worker answers under this id; null if it never had it, or has answered it. */
    @Nullable
    Work take(String id, Posted posted) {
        Work work = taken.remove(id);
        if (work != null) {
            beingAnswered.add(work);
            posted.onEnd(() -> beingAnswered.remove(work));
        }
        return work;
    }

    /** For events that are larger than small ones. */
    ByteBudget eventBytes() {
        return eventBytes;
    }

    /** For answers that have to be held as a whole. */
    ByteBudget answerBytes() {
        return answerBytes;
    }

    void initFailed(String reason) {
        supervisor.initFailed(reason);
    }

    /** Puts work in line. */
    void add(Work work) {
        var _ = turn.come().onSuccess(now -> {
            if (work.isOver()) {
                return;
            }
            if (worker == null || worker.exited().isComplete()) {
                addForNextWorker(work);
                return;
            }
            waiting.add(work);
            match();
        });
    }

    private void addForNextWorker(Work work) {
        supervisor
                .ready()
                .onSuccess(next -> {
                    watch(next);
                    add(work);
                })
                .onFailure(reason -> work.undeliverable((InvocationFailure) reason));
    }

    /** The worker left without having read this work. */
    void giveBack(Work work) {
        atRisk.remove(work);
        taken.values().remove(work);
        ofEndedWorker.remove(work);
        add(work);
    }

    /** Runs something later on the event loop. */
    void later(long millis, Runnable step) {
        vertx.setTimer(millis, due -> step.run());
    }

    /** This work is over. */
    void over(Work work) {
        if (!atRisk.remove(work)) {
            waiting.remove(work);
        }
    }

    /** Nobody waits for this work any more, and the worker may have it still. */
    void abandoned(Work work) {
        over(work);
        if (work.deadlineMillis() != Long.MAX_VALUE) {
            long left = work.deadlineMillis() - System.currentTimeMillis();
            later(Math.max(1, left + AFTER_DEADLINE_MILLIS), this::replaceIfStuck);
        }
    }

    private void match() {
        while (!polls.isEmpty() && !waiting.isEmpty()) {
            Work work = waiting.remove();
            Poll poll = polls.remove();
            if (work instanceof PullHook hook && poll.dialect() == Dialect.LAMBDA) {
                hook.hasNone();
                polls.addFirst(poll);
                continue;
            }
            hand(work, poll);
        }
    }

    private void hand(Work work, Poll poll) {
        String id = unused(Objects.requireNonNullElse(work.headers().get("x-fc-request-id"), ""));
        taken.put(id, work);
        atRisk.add(work);
        try {
            work.deliver(poll, id);
        } catch (RuntimeException notToBeWritten) {
            // Whatever a caller may send, it costs neither the worker nor those who come later. Its words stay out of
            // the log.
            taken.remove(id);
            if (!poll.response().headWritten()) {
                poll.response().headers().clear();
                polls.addFirst(poll);
            }
            work.undeliverable(new InvocationFailure(
                    FailureCode.BAD_REQUEST,
                    "the request cannot be made an event: "
                            + notToBeWritten.getClass().getSimpleName()));
        }
    }

    /**
     * The id under which the worker answers: it stands in paths, so a caller's own may not fit; and platforms give an invocation that they
     * try again the same id, while the first try may still be there.
     */
    private String unused(String id) {
        String plain = PLAIN_ID.matcher(id).matches() ? id : UUID.randomUUID().toString();
        String unused = plain;
        for (int n = 2; taken.containsKey(unused); n++) {
            unused = plain + '-' + n;
        }
        return unused;
    }

    /** A worker that asks for nothing, because all that it has is work past its deadline, would hold up every later caller. */
    private void replaceIfStuck() {
        long late = System.currentTimeMillis() - AFTER_DEADLINE_MILLIS;
        Predicate<Work> isLate = work -> work.isOver() && work.deadlineMillis() <= late;
        boolean busy = !taken.isEmpty() || !beingAnswered.isEmpty();
        if (busy
                && polls.isEmpty()
                && taken.values().stream().allMatch(isLate)
                && beingAnswered.stream().allMatch(isLate)
                && worker != null) {
            supervisor.replace(
                    worker,
                    "it is still busy with an invocation whose deadline has passed, and asks for no other; a new one takes its place");
        }
    }

    private void watch(Ready to) {
        if (!to.equals(worker)) {
            worker = to;
            var _ = to.exited().onSuccess(exit -> {
                polls.clear();
                List<Work> never = List.copyOf(waiting);
                waiting.clear();
                never.forEach(this::addForNextWorker);
                // Its connections may have more to say of what it took.
                Set<Work> had = new HashSet<>(taken.values());
                had.addAll(atRisk);
                had.addAll(beingAnswered);
                ofEndedWorker = had;
                later(
                        AFTER_EXIT_MILLIS,
                        () -> had.forEach(work -> {
                            taken.values().remove(work);
                            beingAnswered.remove(work);
                            if (atRisk.remove(work)) {
                                work.workerEnded(exit);
                            }
                        }));
            });
        }
    }
}
