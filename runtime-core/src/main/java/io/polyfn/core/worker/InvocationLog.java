package io.polyfn.core.worker;

import io.polyfn.core.platform.RequestKind;
import io.polyfn.core.telemetry.Call;
import io.polyfn.core.telemetry.InvocationListener;
import io.polyfn.core.telemetry.Outcome;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The end of what the worker prints during an event, for the caller that asks for it (contract 5.1.11). Both outputs pass through the core
 * for that; one event is in the worker at a time.
 *
 * <p>What a worker has printed before it responds is in its pipes when the response comes. So all that is in them is read before the
 * response, and before each log marker, which keeps its place among the lines. This listener comes before the one that writes the markers.
 */
public final class InvocationLog implements InvocationListener {
    private final OutputTail tail = new OutputTail();
    /** Standard output first: few functions print to both in turns. */
    private final List<Runnable> outputs = new CopyOnWriteArrayList<>();

    private @Nullable Call current;

    /** @param passAll passes on what is in a pipe of the worker */
    void watch(Runnable passAll) {
        outputs.add(passAll);
    }

    void unwatch(Runnable passAll) {
        outputs.remove(passAll);
    }

    void add(byte[] bytes, int length) {
        tail.add(bytes, length);
    }

    @Override
    public void forwarded(Call call, boolean workerPrintsMarkers) {
        passAll();
        if (call != current && call.kind().equals(RequestKind.EVENT.label())) {
            current = call;
            tail.clear();
        }
    }

    @Override
    public void ending(Call call, Outcome outcome) {
        passAll();
    }

    @Override
    public void ended(Call call, Outcome outcome) {
        passAll();
    }

    /** The last 4 KB of what has been printed since this event was handed to a worker, in Base64; null if it never was. */
    public @Nullable String tailOf(Call event) {
        passAll();
        return event == current ? Base64.getEncoder().encodeToString(tail.bytes()) : null;
    }

    private void passAll() {
        outputs.forEach(Runnable::run);
    }
}
