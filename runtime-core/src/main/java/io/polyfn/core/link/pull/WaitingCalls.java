package io.polyfn.core.link.pull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls in line for a poll, first come, first served, but for events of which only a part is there: the rest may stall in the worker, so those
 * that are whole go first, most of the time.
 */
final class WaitingCalls<T> {
    /** How many calls may overtake a part. */
    private static final int MOST_OVERTAKING = 10;

    private final Deque<T> whole = new ArrayDeque<>();
    private final Deque<T> parts = new ArrayDeque<>();
    private int overtaking;

    /** @param all whether all of its event is there */
    void add(T call, boolean all) {
        (all ? whole : parts).add(call);
    }

    void remove(T call) {
        if (!whole.remove(call)) {
            parts.remove(call);
        }
    }

    boolean isEmpty() {
        return whole.isEmpty() && parts.isEmpty();
    }

    /** Whether events are in line that could not be held as a whole. */
    boolean hasParts() {
        return !parts.isEmpty();
    }

    /** The next one, which stays; null if there is none. */
    @Nullable
    T peek() {
        return isWholeNext() ? whole.peek() : parts.peek();
    }

    private boolean isWholeNext() {
        return parts.isEmpty() || (!whole.isEmpty() && overtaking < MOST_OVERTAKING);
    }

    /** Takes the next one; there must be one. */
    T next() {
        if (isWholeNext()) {
            overtaking = parts.isEmpty() ? 0 : overtaking + 1;
            return whole.remove();
        }
        overtaking = 0;
        return parts.remove();
    }

    /** Takes all of them. */
    List<T> drain() {
        List<T> all = new ArrayList<>(whole);
        all.addAll(parts);
        whole.clear();
        parts.clear();
        return all;
    }
}
