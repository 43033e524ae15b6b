package io.polyfn.core.ingress;

import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All invocations and hooks that are in flight, so that a stop waits for each of them once. Confined to the event loop. */
public final class InFlight {
    /** Something that is in flight. */
    interface Abortable {
        /** Ends it from outside: its caller gets the failure. */
        void abort(InvocationFailure failure);

        /** Whether it waits for its caller, to send or to read, while others wait for what it holds. */
        default boolean keepsOthersWaiting() {
            return false;
        }

        /** Bytes that its caller has sent and was sent. */
        default long bytesMoved() {
            return 0;
        }
    }

    private final Set<Abortable> all = new HashSet<>();
    private @Nullable Promise<Void> drained;

    void began(Abortable one) {
        all.add(one);
    }

    void ended(Abortable one) {
        all.remove(one);
        checkDrained();
    }

    int count() {
        return all.size();
    }

    Set<Abortable> all() {
        return Collections.unmodifiableSet(all);
    }

    /** Whether the core drains: responses carry {@code Connection: close}, so that callers go elsewhere. */
    boolean draining() {
        return drained != null;
    }

    /** Begins to drain; completed when nothing is in flight. */
    public Future<Void> drain() {
        Promise<Void> promise = Promise.promise();
        drained = promise;
        checkDrained();
        return promise.future();
    }

    /** Fails all that is still in flight, because no accepted invocation goes without a response. */
    public void failAll(InvocationFailure failure) {
        Set.copyOf(all).forEach(one -> one.abort(failure));
    }

    private void checkDrained() {
        if (drained != null && all.isEmpty()) {
            drained.tryComplete();
        }
    }
}
