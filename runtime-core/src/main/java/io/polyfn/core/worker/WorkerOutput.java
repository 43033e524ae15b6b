package io.polyfn.core.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;

/**
 * Passes one output of the worker on, byte by byte as it comes, and keeps the end of it.
 *
 * <p>It knows no lines, so no line is too long; it never stops reading before the worker's end, so the worker never blocks for it. Standard
 * output needs none of this, unless it is watched (see {@link InvocationLog}): the worker writes to the core's own descriptor.
 */
final class WorkerOutput {
    private static final int READ_BYTES = 16 * 1024;

    private final OutputStream to;
    private final OutputTail tail = new OutputTail();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    WorkerOutput(OutputStream to) {
        this.to = to;
    }

    /** Starts passing on, on a thread of its own, which ends with the stream. */
    void drain(InputStream from) {
        thread("worker-stderr", () -> pump(from));
    }

    /** The same for an output of which {@link InvocationLog} has to know everything that was written before a moment. */
    void watch(String thread, OutputPipe from, InvocationLog log) {
        Runnable passAll = () -> from.readAll((bytes, n) -> {
            log.add(bytes, n);
            pass(bytes, n);
        });
        log.watch(passAll);
        thread(thread, () -> {
            while (from.awaitMore()) {
                passAll.run();
            }
            log.unwatch(passAll);
            from.close();
            drained.complete(null);
        });
    }

    private static void thread(String name, Runnable work) {
        Thread.ofPlatform().daemon().name(name).start(work);
    }

    /** Completed when the stream has ended. */
    CompletableFuture<Void> drained() {
        return drained;
    }

    /** The last bytes as text, cut at a line's start where there is one. */
    String tail() {
        return tail.text();
    }

    private void pump(InputStream from) {
        byte[] buffer = new byte[READ_BYTES];
        try (from) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                pass(buffer, n);
            }
        } catch (IOException endOfWorker) {
            // The pipe of a killed process may fail instead of end; either way there is no more to
            // read.
        } finally {
            drained.complete(null);
        }
    }

    private void pass(byte[] buffer, int n) {
        tail.add(buffer, n);
        try {
            to.write(buffer, 0, n);
        } catch (IOException closed) {
            // Nobody reads the core's own output any more; the worker's must be drained all the same.
        }
    }
}
