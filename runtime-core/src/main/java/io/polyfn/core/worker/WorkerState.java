package io.polyfn.core.worker;

/** What a worker slot is doing. Only {@link WorkerSlot} changes it. */
public sealed interface WorkerState {
    /** The process is running, or about to, and has not opened its link. */
    record Starting() implements WorkerState {}

    /** The link is open, and invocations go to the worker. */
    record Ready(Worker worker) implements WorkerState {}

    /** The worker finishes its invocations and is replaced then; new ones wait for the next worker. */
    record Replacing(Worker worker) implements WorkerState {}

    /**
     * The worker has exited and is restarted after a pause.
     *
     * @param reason how it exited
     */
    record BackingOff(String reason) implements WorkerState {}

    /**
     * No worker can be started, and a retry would not help.
     *
     * @param reason why, and what to do
     */
    record Failed(String reason) implements WorkerState {}

    /** The core is stopping its worker, or has stopped it. */
    record Stopped() implements WorkerState {}

    /** For people: {@code starting}, {@code ready at 127.0.0.1:8080}, ... */
    default String describe() {
        // No switch over the types: it makes classes at its first call, which is during startup.
        if (this instanceof Ready ready) {
            return "ready at " + ready.worker().address();
        }
        if (this instanceof Replacing) {
            return "being replaced";
        }
        if (this instanceof BackingOff off) {
            return "to be restarted: " + off.reason();
        }
        if (this instanceof Failed failed) {
            return failed.reason();
        }
        return this instanceof Stopped ? "stopped" : "starting";
    }
}
