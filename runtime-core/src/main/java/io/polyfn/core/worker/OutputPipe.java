package io.polyfn.core.worker;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A pipe that can be waited for without reading from it. A thread in the middle of a read of Java's may have bytes that nobody else knows
 * of; here the bytes are either in the pipe or passed on, so {@link #readAll} knows that it has all that was written before.
 *
 * <p>Java has neither such a pipe for a process nor the wait, so they are the C library's own.
 */
final class OutputPipe implements AutoCloseable {
    private static final int READ_BYTES = 16 * 1024;

    /** As in {@code poll.h}: there is something to read. */
    private static final short POLLIN = 1;

    private static final MethodHandle PIPE = CLibrary.function("pipe", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle POLL =
            CLibrary.function("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = CLibrary.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final int reading;
    private final int writing;
    private final FileInputStream in;
    private final byte[] buffer = new byte[READ_BYTES];
    private boolean writable = true;
    private boolean closed;

    /** Gets what is read. */
    interface Sink {
        void take(byte[] bytes, int length);
    }

    private OutputPipe(int reading, int writing) throws IOException {
        this.reading = reading;
        this.writing = writing;
        try {
            this.in = new FileInputStream(file(reading));
        } catch (IOException e) {
            close(reading);
            close(writing);
            throw e;
        }
    }

    static OutputPipe open() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment both = arena.allocate(JAVA_INT, 2);
            if (CLibrary.call(() -> (int) PIPE.invokeExact(both)) != 0) {
                throw new IOException("no pipe can be opened for the worker's output");
            }
            return new OutputPipe(both.getAtIndex(JAVA_INT, 0), both.getAtIndex(JAVA_INT, 1));
        }
    }

    /** For the process that is to write to it. */
    Redirect redirect() {
        return Redirect.to(file(writing));
    }

    /** The process has been started, or could not be: from now on the pipe ends when nobody can write to it any more. */
    synchronized void handedOver() {
        if (writable) {
            writable = false;
            close(writing);
        }
    }

    /** Blocks until there is something to read; false at the end of the pipe. May return true too early. */
    boolean awaitMore() {
        try (Arena arena = Arena.ofConfined()) {
            // struct pollfd: the descriptor, the events that are asked for, and those that are there.
            MemorySegment asked = arena.allocate(JAVA_LONG);
            asked.set(JAVA_INT, 0, reading);
            asked.set(JAVA_SHORT, 4, POLLIN);
            int found = CLibrary.call(() -> (int) POLL.invokeExact(asked, 1L, -1));
            // A signal may interrupt it. At the end there is a hang-up, and nothing to read.
            return found < 0 || (asked.get(JAVA_SHORT, 6) & POLLIN) != 0;
        }
    }

    /** Reads all that is in the pipe now, without blocking; what is written meanwhile waits for the next time, or there might be no end. */
    synchronized void readAll(Sink sink) {
        try {
            int left = closed ? 0 : in.available();
            while (left > 0) {
                int n = in.read(buffer, 0, Math.min(left, buffer.length));
                if (n < 0) {
                    return;
                }
                left -= n;
                sink.take(buffer, n);
            }
        } catch (IOException nothingToRead) {
            // As at the end.
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        handedOver();
        close(reading);
        try {
            in.close();
        } catch (IOException alreadyClosed) {
            // There is no more to read either way.
        }
    }

    private static File file(int descriptor) {
        return new File("/proc/self/fd/" + descriptor);
    }

    private static void close(int descriptor) {
        var _ = CLibrary.call(() -> (int) CLOSE.invokeExact(descriptor));
    }
}
