package io.polyfn.core.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Queue;

/** The part of the heap that bodies may take which have to be held; a small heap has room for few of them. Confined to the event loop. */
final class ByteBudget {
    private final int most;
    private final Queue<Claim> waiting = new ArrayDeque<>();
    private int taken;

    private record Claim(int bytes, Promise<Void> turn) {}

    ByteBudget(int most) {
        this.most = most;
    }

    /** Takes so many bytes, if they are there and nobody waits for them. */
    boolean tryTake(int bytes) {
        if (!waiting.isEmpty() || taken + bytes > most) {
            return false;
        }
        taken += bytes;
        return true;
    }

    /** Completed when the bytes are the caller's, who then owes a {@link #give}; at the latest when it is the only one. */
    Future<Void> take(int bytes) {
        int share = Math.min(bytes, most);
        if (tryTake(share)) {
            return Future.succeededFuture();
        }
        Claim claim = new Claim(share, Promise.promise());
        waiting.add(claim);
        return claim.turn().future();
    }

    /** Gives bytes back, as many as were asked for. */
    void give(int bytes) {
        taken -= Math.min(bytes, most);
        while (!waiting.isEmpty() && taken + waiting.element().bytes() <= most) {
            Claim next = waiting.remove();
            taken += next.bytes();
            next.turn().complete();
        }
    }
}
