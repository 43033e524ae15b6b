package io.polyfn.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RelayTest {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final List<String> events = new ArrayList<>();
    private final Source source = new Source();
    private final Sink sink = new Sink();

    @Test
    void copiesABodyOfUnknownLengthAsItComes() {
        relay(Inbound.UNKNOWN, NO_LIMIT);

        source.send("ab");
        source.send("c");
        source.end();

        assertThat(events).containsExactly("write ab", "write c", "beforeEnd", "end");
    }

    @Test
    void theLastChunkOfAKnownLengthAndTheEndAreOneWrite() {
        relay(3, NO_LIMIT);

        source.send("ab");
        source.send("c");
        source.end();

        assertThat(events).containsExactly("write ab", "beforeEnd", "end c");
    }

    @Test
    void aBodyInOneChunkGoesOutInOneWrite() {
        relay(3, NO_LIMIT);

        source.send("abc");
        source.end();

        assertThat(events).containsExactly("beforeEnd", "end abc");
    }

    @Test
    void anEmptyBodyEndsOnce() {
        relay(0, NO_LIMIT);

        source.end();

        assertThat(events).containsExactly("beforeEnd", "end");
    }

    @Test
    void aBodyThatEndsBeforeItsLengthStillEnds() {
        relay(10, NO_LIMIT);

        source.send("abc");
        source.end();

        assertThat(events).containsExactly("write abc", "beforeEnd", "end");
    }

    @Test
    void theFirstByteOverTheLimitIsToldAndNothingMoreGoesOn() {
        relay(Inbound.UNKNOWN, 3);

        source.send("abc");
        source.send("d");
        source.send("e");
        source.end();

        assertThat(events).containsExactly("write abc", "overLimit");
    }

    @Test
    void aBodyOfExactlyTheLimitPasses() {
        relay(3, 3);

        source.send("abc");
        source.end();

        assertThat(events).containsExactly("beforeEnd", "end abc");
    }

    @Test
    void aFullSinkPausesTheSourceUntilItHasDrained() {
        relay(Inbound.UNKNOWN, NO_LIMIT);
        assertThat(source.flowing).isTrue();

        sink.full = true;
        source.send("a");
        assertThat(source.flowing).isFalse();

        sink.drain();
        assertThat(source.flowing).isTrue();
        source.send("b");
        assertThat(source.flowing).isTrue();
        assertThat(events).containsExactly("write a", "write b");
    }

    /** A stream that is full by its bytes only would take a million pieces of one byte. */
    @Test
    void manyPiecesThatAreNotWrittenPauseTheSource() {
        relay(Inbound.UNKNOWN, NO_LIMIT);
        sink.slow = true;

        for (int i = 0; i < Relay.MOST_UNWRITTEN - 1; i++) {
            source.send("a");
        }
        assertThat(source.flowing).isTrue();
        source.send("a");
        assertThat(source.flowing).isFalse();

        sink.writeAll();
        assertThat(source.flowing).isTrue();
    }

    @Test
    void aSinkThatIsFullAndHasManyPiecesResumesTheSourceOnce() {
        relay(Inbound.UNKNOWN, NO_LIMIT);
        sink.slow = true;
        for (int i = 0; i < Relay.MOST_UNWRITTEN; i++) {
            source.send("a");
        }
        sink.full = true;
        source.send("a");

        sink.writeAll();
        assertThat(source.flowing).isFalse();
        sink.drain();
        assertThat(source.flowing).isTrue();
    }

    @Test
    void whatComesAfterAStopIsThrownAwayAndEndsNothing() {
        Relay relay = relay(Inbound.UNKNOWN, NO_LIMIT);

        source.send("a");
        relay.stop();
        source.send("b");
        source.end();

        assertThat(events).containsExactly("write a");
    }

    @Test
    void aSourceThatBreaksIsReportedAndEndsNothing() {
        relay(Inbound.UNKNOWN, NO_LIMIT);

        source.send("a");
        source.fail("connection reset");

        assertThat(events).containsExactly("write a", "failed connection reset");
    }

    @Test
    void tellsWhetherAnythingHasCome() {
        Relay relay = relay(Inbound.UNKNOWN, NO_LIMIT);
        assertThat(relay.begun()).isFalse();
        source.send("a");
        assertThat(relay.begun()).isTrue();
    }

    @Test
    void anEndIsSomethingThatHasCome() {
        Relay relay = relay(Inbound.UNKNOWN, NO_LIMIT);
        source.end();
        assertThat(relay.begun()).isTrue();
    }

    @Test
    void anEmptyChunkIsNoPartOfABody() {
        Relay relay = relay(Inbound.UNKNOWN, NO_LIMIT);

        source.send("");
        assertThat(relay.begun()).isFalse();
        source.send("a");
        source.send("");
        source.end();

        assertThat(events).containsExactly("write a", "beforeEnd", "end");
    }

    @Test
    void aStopBeforeTheEndLeavesTheSinkOpen() {
        Relay[] self = new Relay[1];
        self[0] =
                new Relay(source, sink, Inbound.UNKNOWN, NO_LIMIT, () -> self[0].stop(), () -> {}, Relay.Backlog.TAKEN);
        self[0].start(failure -> events.add("failed"));

        source.send("a");
        source.end();

        assertThat(events).containsExactly("write a");
        assertThat(self[0].isOver()).isTrue();
    }

    @Test
    void anExceptionInAStepFailsTheCopyOnce() {
        relay(Inbound.UNKNOWN, NO_LIMIT);
        sink.broken = true;

        source.send("a");
        source.send("b");
        source.end();

        assertThat(events).containsExactly("write a", "failed sink is broken");
    }

    /** Whoever sent the request is told by other means; the copy has no more to say. */
    @Test
    void aCallerThatBreaksOffIsNoFailureOfTheCopyButABrokenSinkIs() {
        Relay relay = new Relay(source, sink, Inbound.UNKNOWN, NO_LIMIT, () -> {}, () -> {}, Relay.Backlog.TAKEN);
        relay.startFromCaller(failure -> events.add("failed " + failure.getMessage()));

        source.fail("the caller disconnected");
        assertThat(events).isEmpty();

        sink.broken = true;
        source.send("a");
        assertThat(events).containsExactly("write a", "failed sink is broken");
    }

    @Test
    void anExceptionBeforeTheEndFailsTheCopyAndEndsNothing() {
        Relay relay = new Relay(
                source,
                sink,
                3,
                NO_LIMIT,
                () -> {
                    throw new IllegalStateException("no end");
                },
                () -> {},
                Relay.Backlog.TAKEN);
        relay.start(failure -> events.add("failed " + failure.getMessage()));

        source.send("abc");
        source.end();

        assertThat(events).containsExactly("failed no end");
    }

    private Relay relay(long length, long limit) {
        Relay relay = new Relay(
                source,
                sink,
                length,
                limit,
                () -> events.add("beforeEnd"),
                () -> events.add("overLimit"),
                Relay.Backlog.TAKEN);
        relay.start(failure -> events.add("failed " + failure.getMessage()));
        return relay;
    }

    private static final class Source implements ReadStream<Buffer> {
        private @Nullable Handler<Buffer> handler;
        private @Nullable Handler<Void> endHandler;
        private @Nullable Handler<Throwable> exceptionHandler;
        private boolean flowing;

        void send(String text) {
            if (handler != null) {
                handler.handle(Buffer.buffer(text));
            }
        }

        @SuppressWarnings("NullAway") // Vert.x's own way to call a Handler<Void>
        void end() {
            if (endHandler != null) {
                endHandler.handle(null);
            }
        }

        void fail(String reason) {
            if (exceptionHandler != null) {
                exceptionHandler.handle(new IllegalStateException(reason));
            }
        }

        @Override
        public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> to) {
            exceptionHandler = to;
            return this;
        }

        @Override
        public ReadStream<Buffer> handler(@Nullable Handler<Buffer> to) {
            handler = to;
            return this;
        }

        @Override
        public ReadStream<Buffer> pause() {
            flowing = false;
            return this;
        }

        @Override
        public ReadStream<Buffer> resume() {
            flowing = true;
            return this;
        }

        @Override
        public ReadStream<Buffer> fetch(long amount) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ReadStream<Buffer> endHandler(@Nullable Handler<Void> to) {
            endHandler = to;
            return this;
        }
    }

    private final class Sink implements WriteStream<Buffer> {
        private boolean full;
        private boolean broken;
        private boolean slow;
        private final List<Promise<Void>> unwritten = new ArrayList<>();
        private @Nullable Handler<Void> drainHandler;

        void writeAll() {
            List.copyOf(unwritten).forEach(Promise::complete);
        }

        @SuppressWarnings("NullAway") // Vert.x's own way to call a Handler<Void>
        void drain() {
            full = false;
            if (drainHandler != null) {
                drainHandler.handle(null);
            }
        }

        @Override
        public Future<Void> write(Buffer data) {
            events.add("write " + data);
            if (broken) {
                throw new IllegalStateException("sink is broken");
            }
            if (slow) {
                Promise<Void> written = Promise.promise();
                unwritten.add(written);
                return written.future();
            }
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> end() {
            events.add("end");
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> end(Buffer data) {
            events.add("end " + data);
            return Future.succeededFuture();
        }

        @Override
        public boolean writeQueueFull() {
            return full;
        }

        @Override
        public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> to) {
            drainHandler = to;
            return this;
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void end(Handler<AsyncResult<Void>> handler) {
            throw new UnsupportedOperationException();
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int size) {
            throw new UnsupportedOperationException();
        }
    }
}
