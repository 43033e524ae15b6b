package io.polyfn.core.link;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerSupervisor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings invocations together with the worker's calls for them: who came first waits for the other. Confined to the event loop.
 *
 * <p>Several calls at once are the worker's way to ask for concurrency. What a worker has taken is lost with it and fails; what it has
 * not taken goes to the next one.
 */
@Singleton
final class PullLink {
    /** A handler that keeps to its deadline needs a moment to say so. */
    private static final long AFTER_DEADLINE_MILLIS = 500;

    private static final long AFTER_EXIT_MILLIS = 5;

    private final Vertx vertx;
    private final WorkerSupervisor supervisor;
    private final QuietTurn turn;
    private final Deque<Poll> polls = new ArrayDeque<>();
    private final Deque<Work> waiting = new ArrayDeque<>();
    private final Map<String, Work> taken = new HashMap<>();
    private final Set<Work> atRisk = new HashSet<>();
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
        return work.done();
    }

    /** The worker asks for the next. */
    void next(Poll poll) {
        supervisor.polled(poll.address());
        polls.add(poll);
        poll.response().closeHandler(left -> polls.remove(poll));
        match();
    }

    /** The work that the worker has under this id; null if it never had it, or has answered it. */
    @Nullable
    Work answered(String id) {
        return taken.remove(id);
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
    void notTaken(Work work) {
        if (atRisk.remove(work)) {
            taken.values().remove(work);
            add(work);
        }
    }

    /** Runs something later on the event loop. */
    void later(long millis, Runnable step) {
        vertx.setTimer(millis, due -> step.run());
    }

    /** Nobody waits for this work any more, answered or not. */
    void over(Work work) {
        if (!atRisk.remove(work)) {
            waiting.remove(work);
        } else if (work.answerDueMillis() != Long.MAX_VALUE) {
            long left = work.answerDueMillis() - System.currentTimeMillis();
            later(Math.max(1, left + AFTER_DEADLINE_MILLIS), () -> replaceIfStuck(work));
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
            String id = unused(Objects.requireNonNullElse(work.headers().get("x-fc-request-id"), ""));
            taken.put(id, work);
            atRisk.add(work);
            work.deliver(poll, id);
        }
    }

    /** Platforms give an invocation that they try again the same id, and the first try may still be there. */
    private String unused(String id) {
        String unused = id;
        for (int n = 2; taken.containsKey(unused); n++) {
            unused = id + '-' + n;
        }
        return unused;
    }

    /** A worker that asks for nothing, because all that it has is work that nobody waits for, would hold up every later caller. */
    private void replaceIfStuck(Work late) {
        boolean stuck = taken.containsValue(late)
                && polls.isEmpty()
                && taken.values().stream().allMatch(Work::isOver);
        if (stuck && worker != null) {
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
                Set<String> ids = Set.copyOf(taken.keySet());
                List<Work> had = List.copyOf(atRisk);
                later(AFTER_EXIT_MILLIS, () -> {
                    taken.keySet().removeAll(ids);
                    had.stream().filter(atRisk::remove).forEach(work -> work.workerEnded(exit));
                });
            });
        }
    }
}
