package io.polyfn.core.worker;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a worker's process, from its start to its exit. It reports on the event loop, and decides nothing: {@link WorkerSlot} does.
 */
final class WorkerRun {
    private final WorkerProcess process;
    private final OutOfMemory outOfMemory;
    private final long startedNanos = System.nanoTime();
    private final Promise<WorkerExit> exited = Promise.promise();
    private @Nullable LinkWait linkWait;
    private @Nullable String verdict;

    WorkerRun(WorkerProcess process, OutOfMemory outOfMemory) {
        this.process = process;
        this.outOfMemory = outOfMemory;
    }

    /** Reports the exit, once, before {@link #exited} completes. */
    void onExit(Context loop, Consumer<WorkerExit> report) {
        CompletableFuture<WorkerExit> exit = process.onExit();
        var _ = exit.thenApply(how -> process.wasKilled() ? how : outOfMemory.explain(how))
                .thenAccept(how -> loop.runOnContext(go -> {
                    report.accept(how);
                    exited.tryComplete(how);
                }));
    }

    /** Starts to look for the link. */
    void await(LinkWait wait) {
        linkWait = wait;
    }

    /** Whether the link is still being waited for; ends the wait. */
    boolean takeLinkWait() {
        LinkWait waiting = linkWait;
        linkWait = null;
        if (waiting == null || !process.isAlive()) {
            return false;
        }
        waiting.stop();
        return true;
    }

    /** Why the core gives this run up, or why the worker says that it cannot start: a better reason than its exit. */
    void condemn(String reason) {
        verdict = reason;
    }

    @Nullable
    String verdict() {
        return verdict;
    }

    WorkerProcess process() {
        return process;
    }

    /** Completed when the process has exited. */
    Future<WorkerExit> exited() {
        return exited.future();
    }

    Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }
}
