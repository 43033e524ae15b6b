package io.polyfn.core.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.telemetry.Call;
import io.polyfn.core.telemetry.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The reading end is the core's, as in production; the writing end stands for a worker. */
@EnabledOnOs(OS.LINUX)
@Timeout(30)
class InvocationLogTest {
    private final InvocationLog log = new InvocationLog();
    private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
    private final WorkerOutput output = new WorkerOutput(passed);
    private OutputStream worker = OutputStream.nullOutputStream();

    @BeforeEach
    void open() throws IOException {
        OutputPipe pipe = OutputPipe.open();
        worker = new FileOutputStream(Objects.requireNonNull(pipe.redirect().file()));
        pipe.handedOver();
        output.watch("worker-test", pipe, log);
    }

    @AfterEach
    void end() throws IOException {
        worker.close();
        output.drained().join();
    }

    /** A thread waits for the same bytes and may be ahead: they must not be on their way when they are asked for. */
    @Test
    void whatWasWrittenBeforeIsThereAndHasBeenPassedOn() throws IOException {
        for (int i = 0; i < 20_000; i++) {
            Call event = call("event");
            log.forwarded(event, false);
            String line = "line " + i + '\n';
            print(line);

            assertThat(tailOf(event)).isEqualTo(line);
            assertThat(passed.size()).isEqualTo(line.length());
            passed.reset();
        }
    }

    @Test
    void aTailBeginsWithItsEventAndEndsWithTheNext() throws IOException {
        print("before\n");
        Call first = call("event");
        log.forwarded(first, false);
        print("one\n");
        log.forwarded(first, false);
        print("two\n");
        assertThat(tailOf(first)).isEqualTo("one\ntwo\n");

        Call second = call("event");
        log.forwarded(second, false);

        assertThat(tailOf(second)).isEmpty();
        assertThat(log.tailOf(first)).isNull();
        assertThat(log.tailOf(call("event"))).as("never handed to a worker").isNull();
    }

    @Test
    void aHookInTheMiddleOfAnEventChangesNothing() throws IOException {
        Call event = call("event");
        log.forwarded(event, false);
        print("one\n");
        Call hook = call("pre-freeze");
        log.forwarded(hook, false);
        print("of the hook\n");
        log.ended(hook, Outcome.SUCCESS);

        assertThat(tailOf(event)).isEqualTo("one\nof the hook\n");
    }

    @Test
    void allThatWasWrittenHasBeenPassedOnBeforeAnEndMarker() throws IOException {
        Call event = call("event");
        log.forwarded(event, false);
        print("printed");
        log.ending(event, Outcome.SUCCESS);

        assertThat(passed.toString(UTF_8)).isEqualTo("printed");
    }

    /** More than a pipe holds: whoever prints it waits until it has been read, though nobody asks. */
    @Test
    void aLongOutputPassesWhileNobodyAsks() throws IOException {
        String megabyte = "0123456789abcde\n".repeat(64 * 1024);

        print(megabyte);
        worker.close();
        output.drained().join();

        assertThat(passed.toString(UTF_8)).isEqualTo(megabyte);
        assertThat(output.tail()).isNotEmpty().hasSizeLessThanOrEqualTo(OutputTail.BYTES);
    }

    @Test
    void whoKeepsPrintingHoldsNobodyUp() throws Exception {
        Call event = call("event");
        log.forwarded(event, false);
        CompletableFuture<Void> enough = new CompletableFuture<>();
        Thread busy = Thread.ofPlatform().start(() -> {
            try {
                while (!enough.isDone()) {
                    print("x".repeat(4096));
                }
            } catch (IOException closed) {
                throw new IllegalStateException(closed);
            }
        });
        for (int i = 0; i < 1000; i++) {
            assertThat(log.tailOf(event)).isNotNull();
        }
        enough.complete(null);
        busy.join();
    }

    private void print(String text) throws IOException {
        worker.write(text.getBytes(UTF_8));
    }

    private String tailOf(Call event) {
        return new String(Base64.getDecoder().decode(Objects.requireNonNull(log.tailOf(event))), UTF_8);
    }

    private static Call call(String kind) {
        return new Call("id", kind, "Invoke", "/invoke", null);
    }
}
