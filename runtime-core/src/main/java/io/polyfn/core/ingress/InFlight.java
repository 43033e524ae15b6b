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
    /** What a stop has found; null before. */
    private @Nullable Set<Abortable> first;

    private final Promise<Void> firstEnded = Promise.promise();

    void began(Abortable one) {
        all.add(one);
    }

    /** The same for what follows from something that was in flight: a stop waits for it as well. */
    void followed(Abortable one) {
        all.add(one);
        if (first != null) {
            first.add(one);
        }
    }

    void ended(Abortable one) {
        all.remove(one);
        if (first != null) {
            first.remove(one);
            checkFirst(first);
        }
    }

    int count() {
        return all.size();
    }

    Set<Abortable> all() {
        return Collections.unmodifiableSet(all);
    }

    /** Begins to drain; completed when all has ended that is in flight now. What begins later is not waited for: it may never cease. */
    public Future<Void> drain() {
        first = new HashSet<>(all);
        checkFirst(first);
        return firstEnded.future();
    }

    /** Fails all that is still in flight, because no accepted invocation goes without a response. */
    public void failAll(InvocationFailure failure) {
        Set.copyOf(all).forEach(one -> one.abort(failure));
    }

    private void checkFirst(Set<Abortable> left) {
        if (left.isEmpty()) {
            firstEnded.tryComplete();
        }
    }
}
