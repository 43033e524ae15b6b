package io.polyfn.core.worker;

import org.jspecify.annotations.Nullable;

/** What is known of the earlier processes of a worker, across the slots that follow one another. Confined to the event loop. */
final class WorkerHistory {
    @Nullable
    WorkerExit lastExit;

    int restarts;
    boolean wasEverReady;
}
