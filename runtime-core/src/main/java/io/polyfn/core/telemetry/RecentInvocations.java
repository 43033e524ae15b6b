package io.polyfn.core.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last calls that ended, newest first, for the control plane. Holds neither payloads nor headers. */
public final class RecentInvocations implements InvocationListener {
    private static final int MAX_CALLS = 100;
    private static final int MAX_CHARACTERS = 200;

    private final Deque<Entry> entries = new ArrayDeque<>(MAX_CALLS);

    /**
     * A call that ended.
     *
     * @param outcome {@code success} or a failure's code
     * @param bytesIn of the request's body
     * @param bytesOut of the response's body
     */
    public record Entry(
            String id,
            String kind,
            String path,
            Instant start,
            Duration duration,
            String outcome,
            long bytesIn,
            long bytesOut) {}

    @Override
    public void ended(Call call, Outcome outcome) {
        if (entries.size() == MAX_CALLS) {
            entries.removeLast();
        }
        entries.addFirst(new Entry(
                bounded(call.requestId()),
                call.kind(),
                bounded(call.path()),
                Instant.ofEpochMilli(call.startedMillis()),
                Duration.ofNanos(call.elapsedNanos()),
                outcome.code(),
                call.bytesIn(),
                call.bytesOut()));
    }

    /** To be called on the event loop. */
    public List<Entry> entries() {
        return List.copyOf(entries);
    }

    private static String bounded(String text) {
        return text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) : text;
    }
}
