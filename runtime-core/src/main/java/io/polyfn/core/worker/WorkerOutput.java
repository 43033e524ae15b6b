package io.polyfn.core.worker;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Passes the worker's standard error on, byte by byte as it comes, and keeps the end of it.
 *
 * <p>It knows no lines, so no line is too long; it never stops reading before the worker's end, so the worker never blocks for it.
 * Standard output needs none of this: the worker writes to the core's own descriptor.
 */
final class WorkerOutput {
    /** How much of the end is kept for failure messages. */
    static final int TAIL_BYTES = 4096;

    private final byte[] tail = new byte[TAIL_BYTES];
    private long total;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    /** Starts draining on a thread of its own, which ends with the stream. */
    static WorkerOutput drain(InputStream stderr) {
        return drain(stderr, new FileOutputStream(FileDescriptor.err));
    }

    static WorkerOutput drain(InputStream stderr, OutputStream to) {
        WorkerOutput output = new WorkerOutput();
        Thread.ofPlatform().daemon().name("worker-stderr").start(() -> output.pump(stderr, to));
        return output;
    }

    /** Completed when the stream has ended. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /** The last bytes as text, cut at a line's start where there is one. */
    synchronized String tail() {
        int length = (int) Math.min(total, TAIL_BYTES);
        byte[] last = new byte[length];
        for (int i = 0; i < length; i++) {
            last[i] = tail[(int) ((total - length + i) % TAIL_BYTES)];
        }
        String text = new String(last, StandardCharsets.UTF_8);
        int firstLine = text.indexOf('\n');
        boolean cut = total > TAIL_BYTES && firstLine >= 0 && firstLine < length - 1;
        return cut ? text.substring(firstLine + 1) : text;
    }

    private void pump(InputStream from, OutputStream to) {
        byte[] buffer = new byte[16 * 1024];
        try (from) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                keep(buffer, n);
                pass(to, buffer, n);
            }
        } catch (IOException endOfWorker) {
            // The pipe of a killed process may fail instead of end; either way there is no more to
            // read.
        } finally {
            drained.complete(null);
        }
    }

    private static void pass(OutputStream to, byte[] buffer, int n) {
        try {
            to.write(buffer, 0, n);
        } catch (IOException closed) {
            // Nobody reads the core's standard error any more; the worker's must be drained all the same.
        }
    }

    private synchronized void keep(byte[] buffer, int n) {
        for (int i = Math.max(0, n - TAIL_BYTES); i < n; i++) {
            tail[(int) ((total + i) % TAIL_BYTES)] = buffer[i];
        }
        total += n;
    }
}
