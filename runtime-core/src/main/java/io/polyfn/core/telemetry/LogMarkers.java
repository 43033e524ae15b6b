package io.polyfn.core.telemetry;

import java.util.function.Consumer;

/**
 * The lines that delimit a call in FC's log service, exactly as contract 5.1 has them.
 *
 * <p>The start marker precedes what a function prints, and the end marker follows it and precedes the last byte of the response.
 */
public final class LogMarkers implements InvocationListener {
    private static final String FAILED = ", Error: Unhandled function error";

    private final Consumer<String> lines;

    /**
     * @param lines writes a line to standard output before a request or the end of a response is sent whose sending begins later; the
     *     worker's output goes to the same descriptor
     */
    public LogMarkers(Consumer<String> lines) {
        this.lines = lines;
    }

    /** Only now is it known whether the worker prints the markers; nothing of the call can have been printed before. */
    @Override
    public void forwarded(Call call, boolean workerPrintsMarkers) {
        if (call.markStart()) {
            if (workerPrintsMarkers) {
                call.markedByWorker();
            } else {
                start(call);
            }
        }
    }

    @Override
    public void ending(Call call, Outcome outcome) {
        end(call, outcome);
    }

    /** A call whose caller disconnected has no end of a response. */
    @Override
    public void ended(Call call, Outcome outcome) {
        end(call, outcome);
    }

    private void end(Call call, Outcome outcome) {
        if (call.markStart()) {
            start(call);
        }
        // A worker that exits in the middle has not printed its own.
        boolean printedByWorker = call.isMarkedByWorker() && outcome.fromFunction();
        if (call.markEnd() && !printedByWorker) {
            lines.accept("FC " + call.subject() + " End RequestId: " + call.requestId()
                    + (outcome.unhandled() ? FAILED : "") + '\n');
        }
    }

    private void start(Call call) {
        lines.accept("FC " + call.subject() + " Start RequestId: " + call.requestId() + '\n');
    }
}
