package io.polyfn.core.telemetry;

import java.util.List;

/** Observes invocations and hooks; decides nothing. Called on the event loop, in this order, each at most once for a call. */
public interface InvocationListener {
    /** A call was accepted. */
    default void started(Call call) {}

    /**
     * A call goes to a worker; may be repeated if that worker turns out to be unreachable.
     *
     * @param workerPrintsMarkers whether the worker prints the log markers of its invocations itself
     */
    default void forwarded(Call call, boolean workerPrintsMarkers) {}

    /** The last byte of the response, or the failure in its place, is about to be written. */
    default void ending(Call call, Outcome outcome) {}

    /** The call is over: the response was written, or nobody waits for it any more. */
    default void ended(Call call, Outcome outcome) {}

    /** All of them, in the given order. */
    static InvocationListener all(List<InvocationListener> listeners) {
        InvocationListener[] each = listeners.toArray(InvocationListener[]::new);
        return new InvocationListener() {
            @Override
            public void started(Call call) {
                for (InvocationListener one : each) {
                    one.started(call);
                }
            }

            @Override
            public void forwarded(Call call, boolean workerPrintsMarkers) {
                for (InvocationListener one : each) {
                    one.forwarded(call, workerPrintsMarkers);
                }
            }

            @Override
            public void ending(Call call, Outcome outcome) {
                for (InvocationListener one : each) {
                    one.ending(call, outcome);
                }
            }

            @Override
            public void ended(Call call, Outcome outcome) {
                for (InvocationListener one : each) {
                    one.ended(call, outcome);
                }
            }
        };
    }
}
