package io.polyfn.core.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkerOutputTest {
    private final ByteArrayOutputStream sink = new ByteArrayOutputStream();

    @Test
    void everyBytePassesUnaltered() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        drained(all, sink);

        assertThat(sink.toByteArray()).isEqualTo(all);
    }

    @Test
    void aLineOfAMebibyteWithoutAnEndPassesAndItsEndIsKept() {
        byte[] line = "x".repeat(1024 * 1024).concat("the end").getBytes(UTF_8);

        WorkerOutput output = drained(line, sink);

        assertThat(sink.size()).isEqualTo(line.length);
        assertThat(output.tail()).hasSize(OutputTail.BYTES).endsWith("xxxthe end");
    }

    @Test
    void aShortOutputIsKeptWhole() {
        assertThat(drained("a\nb\n".getBytes(UTF_8), sink).tail()).isEqualTo("a\nb\n");
        assertThat(drained(new byte[0], sink).tail()).isEmpty();
    }

    @Test
    void theTailOfALongOutputStartsAtALine() {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            lines.append("line ").append(i).append('\n');
        }

        String tail = drained(lines.toString().getBytes(UTF_8), sink).tail();

        assertThat(tail).startsWith("line ").endsWith("line 9998\nline 9999\n");
        assertThat(tail.length()).isBetween(OutputTail.BYTES - 12, OutputTail.BYTES);
    }

    @Test
    void theTailIsRightHoweverTheOutputIsCutIntoReads() {
        byte[] bytes = new byte[3 * OutputTail.BYTES + 17];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ('a' + i % 26);
        }
        String expected = new String(bytes, bytes.length - OutputTail.BYTES, OutputTail.BYTES, UTF_8);

        for (int size : new int[] {1, 7, 4095, 4096, 4097, 100_000}) {
            WorkerOutput output = drained(inReadsOf(size, bytes), OutputStream.nullOutputStream());
            assertThat(output.tail()).as("reads of %d bytes", size).isEqualTo(expected);
        }
    }

    @Test
    void aClosedSinkDoesNotStopTheDraining() {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };

        WorkerOutput output = drained("x".repeat(300_000).concat("\nlast words").getBytes(UTF_8), closed);

        assertThat(output.tail()).endsWith("last words");
    }

    @Test
    void aStreamThatBreaksEndsTheDrainingWithWhatWasRead() {
        InputStream breaking = new InputStream() {
            private boolean read;

            @Override
            public int read() throws IOException {
                throw new IOException("Stream closed");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                if (read) {
                    throw new IOException("Stream closed");
                }
                read = true;
                into[offset] = 'x';
                return 1;
            }
        };

        WorkerOutput output = drained(breaking, sink);

        assertThat(output.tail()).isEqualTo("x");
    }

    @Test
    void whatIsWrittenPassesBeforeTheStreamEnds() throws Exception {
        CountDownLatch passed = new CountDownLatch(1);
        OutputStream watching = new OutputStream() {
            @Override
            public void write(int b) {
                passed.countDown();
            }
        };
        try (PipedOutputStream worker = new PipedOutputStream()) {
            WorkerOutput output = new WorkerOutput(watching);
            output.drain(new PipedInputStream(worker));
            worker.write('x');
            worker.flush();

            assertThat(passed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(output.drained()).isNotDone();
            assertThat(output.tail()).isEqualTo("x");
        }
    }

    private static WorkerOutput drained(byte[] stderr, OutputStream to) {
        return drained(new ByteArrayInputStream(stderr), to);
    }

    private static WorkerOutput drained(InputStream stderr, OutputStream to) {
        WorkerOutput output = new WorkerOutput(to);
        output.drain(stderr);
        output.drained().join();
        return output;
    }

    private static InputStream inReadsOf(int size, byte[] bytes) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, size));
            }
        };
    }
}
