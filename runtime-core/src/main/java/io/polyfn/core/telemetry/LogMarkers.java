package io.polyfn.core.telemetry;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jboss.logging.Logger;

/**
 * The lines that delimit a request in FC's log service, exactly as contract 5.1 has them.
 *
 * <p>Each line is one unbuffered write to standard output. The worker's output goes to the same descriptor, so what a function printed
 * before it answered stands before the end marker.
 */
public final class LogMarkers {
    /** What the pair of lines is about; the label is part of the line. */
    public enum Subject {
        INVOKE("Invoke"),
        INITIALIZE("Initialize"),
        PRE_FREEZE("PreFreeze"),
        PRE_STOP("PreStop");

        private final String start;
        private final String end;

        Subject(String label) {
            this.start = "FC " + label + " Start RequestId: ";
            this.end = "FC " + label + " End RequestId: ";
        }
    }

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

    public void start(Subject subject, String requestId) {
        write(subject.start + requestId + '\n');
    }

    public void end(Subject subject, String requestId, boolean failed) {
        write(subject.end + requestId + (failed ? FAILED : "") + '\n');
    }

    private void write(String line) {
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // Standard output may be closed (a trap in peers); an invocation must not fail for that. Say it once, on
            // the other stream.
            if (!broken) {
                broken = true;
                LOG.warnf("log markers cannot be written to standard output: %s", e.getMessage());
            }
        }
    }
}
