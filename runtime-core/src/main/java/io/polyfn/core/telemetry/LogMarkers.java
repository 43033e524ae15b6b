package io.polyfn.core.telemetry;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jboss.logging.Logger;

/**
 * The lines that delimit a call in FC's log service, exactly as contract 5.1 has them.
 *
 * <p>Each line is one unbuffered write to standard output. The worker's output goes to the same descriptor. So the start marker precedes
 * what a function prints, and the end marker follows it and precedes the last byte of the response.
 */
public final class LogMarkers implements InvocationListener {
    private static final Logger LOG = Logger.getLogger(LogMarkers.class);
    private static final String FAILED = ", Error: Unhandled function error";

    private final OutputStream out;
    private boolean broken;

    public LogMarkers() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    LogMarkers(OutputStream out) {
        this.out = out;
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
            write("FC " + call.subject() + " End RequestId: " + call.requestId() + (outcome.unhandled() ? FAILED : "")
                    + '\n');
        }
    }

    private void start(Call call) {
        write("FC " + call.subject() + " Start RequestId: " + call.requestId() + '\n');
    }

    private void write(String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Standard output may be closed; an invocation must not fail for that. Report it once, on the other stream.
            if (!broken) {
                broken = true;
                LOG.warnf("log markers cannot be written to standard output: %s", e.getMessage());
            }
        }
    }
}
