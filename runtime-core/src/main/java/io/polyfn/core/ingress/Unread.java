package io.polyfn.core.ingress;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.memory.ByteBudget;

/** A response of the core's own that has been written and that its caller has not read: a failure, or that of a hook. Confined to the event loop. */
final class Unread implements InFlight.Abortable {
    private final Caller caller;
    private final ByteBudget memory;

    private Unread(Caller caller, ByteBudget memory) {
        this.caller = caller;
        this.memory = memory;
    }

    /**
     * A stop waits until the caller has the response that has just been written; while others wait for memory, it is given up as one that does
     * not read its response.
     *
     * @param held what it holds until then, in bytes
     */
    static void watch(Ingress ingress, Caller caller, int held) {
        Unread unread = new Unread(caller, ingress.memory());
        ingress.inFlight().followed(unread);
        ingress.slowCallers().watch();
        caller.sent().onComplete(read -> {
            ingress.memory().give(held);
            ingress.inFlight().ended(unread);
        });
    }

    @Override
    public void abort(InvocationFailure failure) {
        caller.breakOff();
    }

    @Override
    public boolean keepsOthersWaiting() {
        return memory.isContended();
    }
}
