package io.polyfn.core.worker;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of several workers gets the next invocation: the one with the fewest in flight, and in turns where several have as few. One that has
 * refused a connection a moment ago gets nothing while there is another. Confined to the event loop.
 */
final class LeastInFlight {
    /** Where a worker may come from. */
    interface Place {
        /** The worker that is ready there; null if there is none. */
        @Nullable
        Worker readyNow();
    }

    private int turn;

    /** The worker for the next invocation; null if none is ready. */
    @Nullable
    Worker choose(List<? extends Place> places) {
        int count = places.size();
        Worker best = null;
        int bestAt = 0;
        for (int i = 0; i < count; i++) {
            int at = (turn + i) % count;
            Worker worker = places.get(at).readyNow();
            if (worker != null && (best == null || isBetter(worker, best))) {
                best = worker;
                bestAt = at;
            }
        }
        turn = (bestAt + 1) % count;
        return best;
    }

    private static boolean isBetter(Worker one, Worker other) {
        return one.refuses() == other.refuses() ? one.inFlight() < other.inFlight() : other.refuses();
    }
}
