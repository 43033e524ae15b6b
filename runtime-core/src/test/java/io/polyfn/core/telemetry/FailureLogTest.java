package io.polyfn.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailureLogTest {
    private static final Outcome FAILED = new Outcome("WorkerExited", false, true, "the worker exited");
    private static final PatternFormatter MESSAGE = new PatternFormatter("%s");
    private static final int LINES_PER_SECOND = 50;

    private final List<String> lines = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Duration.ofHours(1).toNanos());
    private final FailureLog log = new FailureLog(nanos::get);
    private final Logger logger = Logger.getLogger(FailureLog.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(MESSAGE.format(ExtLogRecord.wrap(line)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    @Test
    void aFailureIsOneLineWithAllThatIsKnownOfIt() {
        Call call = new Call("id-1", "http", "Invoke", "/orders", "00-trace-span-01");

        log.ended(call, FAILED);

        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst())
                .matches("WorkerExited: http /orders failed after \\d+ ms, request id id-1,"
                        + " traceparent 00-trace-span-01: the worker exited");
    }

    @Test
    void withoutATraceThereIsNone() {
        log.ended(call("id", "/"), FAILED);

        assertThat(lines.getFirst()).contains("request id id: the worker exited");
    }

    @Test
    void whereThereAreSeveralWorkersItSaysWhichOneItWas() {
        Call call = call("id", "/");
        call.handedTo("worker 1");
        call.handedTo("worker 2");

        log.ended(call, FAILED);

        assertThat(lines.getFirst()).matches(".* failed after \\d+ ms in worker 2, request id id: the worker exited");
    }

    @Test
    void aSuccessIsNoLine() {
        log.ended(call("id", "/"), Outcome.SUCCESS);

        assertThat(lines).isEmpty();
    }

    @Test
    void nothingFromOutsideLooksLikeALineOfItsOwn() {
        Outcome outcome = new Outcome("WorkerExited", false, true, "first\nsecond\u001b[31m\r\tthird");

        log.ended(new Call("id\nforged", "http", "Invoke", "/a\nb\u0000", "trace\nforged"), outcome);

        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst())
                .contains("first", "id forged", "/a b ", "trace forged")
                .doesNotContain("second", "\n", "\r", "\u001b", "\u0000");
    }

    @Test
    void aLongReasonIsCut() {
        log.ended(call("id", "/"), new Outcome("WorkerExited", false, true, "x".repeat(10_000)));

        assertThat(lines.getFirst()).endsWith("x...").hasSizeBetween(300, 500);
    }

    @Test
    void linesAreLimitedPerSecondAndThoseLeftOutAreCounted() {
        for (int i = 0; i < LINES_PER_SECOND + 7; i++) {
            log.ended(call("id", "/"), FAILED);
        }
        assertThat(lines).hasSize(LINES_PER_SECOND);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        log.ended(call("next", "/"), FAILED);

        assertThat(lines).hasSize(LINES_PER_SECOND + 2);
        assertThat(lines.get(LINES_PER_SECOND)).startsWith("7 more failures");
        assertThat(lines.getLast()).contains("request id next");
    }

    @Test
    void aSecondWithinTheLimitIsNotCounted() {
        for (int i = 0; i < LINES_PER_SECOND; i++) {
            log.ended(call("id", "/"), FAILED);
        }
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        log.ended(call("id", "/"), FAILED);

        assertThat(lines).hasSize(LINES_PER_SECOND + 1).noneMatch(line -> line.contains("more failures"));
    }

    private static Call call(String id, String path) {
        return new Call(id, "http", "Invoke", path, null);
    }
}
