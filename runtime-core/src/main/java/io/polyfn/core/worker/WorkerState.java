package io.polyfn.core.worker;

import io.vertx.core.Future;

/** What a worker is doing. Only {@link WorkerSupervisor} changes it. */
public sealed interface WorkerState {
    /** The process runs (or is about to) and has not opened its link. */
    record Starting() implements WorkerState {}

    /**
     * The link is open.
     *
     * @param address how the worker is reached
     * @param exited completed when this worker has ended
     */
    record Ready(WorkerAddress address, Future<WorkerExit> exited) implements WorkerState {}

    /**
     * The worker has ended and is started again after a pause.
     *
     * @param reason how it ended
     */
    record BackingOff(String reason) implements WorkerState {}

    /**
     * No worker can be started, and trying again would not help.
     *
     * @param reason why, and what to do
     */
    record Failed(String reason) implements WorkerState {}

    /** The core is stopping its worker, or has stopped it. */
    record Stopped() implements WorkerState {}
}
