package io.polyfn.core.http;

import io.polyfn.core.netty.LargePieces;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * Copies a body from one side to the other as it arrives, with back-pressure.
 *
 * <p>Where the length is known, the last bytes and the end are written together. {@code beforeEnd} runs before the last byte is written,
 * because the platform may freeze the container as soon as it has that byte. An exception in any step fails the copy: in a plain handler
 * it would be logged, and the caller would wait for ever.
 */
public final class Relay {
    /**
     * A stream is full by its bytes, of which a piece may have one; on its way to a worker each takes some 700, whatever its size.
     */
    static final int MOST_UNWRITTEN = 64;

    private static final Handler<Throwable> NOT_STARTED = failure -> {};
    private static final Handler<Throwable> REPORTED_ELSEWHERE = brokenOff -> {};

    /** The memory for what a slow writing side leaves unwritten. */
    public interface Backlog {
        /** Where it has been taken already. */
        Backlog TAKEN = new Backlog() {
            @Override
            public void grow() {}

            @Override
            public void clear() {}
        };

        /**
         * The writing side has fallen behind.
         *
         * @throws RuntimeException if there is no memory, which fails the copy
         */
        void grow();

        /** It has caught up. */
        void clear();
    }

    private final ReadStream<Buffer> from;
    private final WriteStream<Buffer> to;
    private final long length;
    private final long limit;
    private final Runnable beforeEnd;
    private final Runnable overLimit;
    private final Backlog backlog;
    private Handler<Throwable> failed = NOT_STARTED;
    private long seen;
    private int unwritten;
    private boolean full;
    private boolean crowded;
    private boolean over;
    private boolean stopped;

    /**
     * @param length bytes to come, or {@link Inbound#UNKNOWN}
     * @param limit bytes allowed; the first byte more calls {@code overLimit} and stops the copy
     */
    public Relay(
            ReadStream<Buffer> from,
            WriteStream<Buffer> to,
            long length,
            long limit,
            Runnable beforeEnd,
            Runnable overLimit,
            Backlog backlog) {
        this.from = from;
        this.to = to;
        this.length = length;
        this.limit = limit;
        this.beforeEnd = beforeEnd;
        this.overLimit = overLimit;
        this.backlog = backlog;
    }

    /** Starts copying; {@code failure} gets what goes wrong on the reading side or in a step of the copy. */
    public void start(Handler<Throwable> failure) {
        start(failure, failure);
    }

    /** Starts copying what a caller sends; the caller itself reports that its request breaks off. */
    public void startFromCaller(Handler<Throwable> failure) {
        start(REPORTED_ELSEWHERE, failure);
    }

    private void start(Handler<Throwable> brokenOff, Handler<Throwable> failure) {
        failed = failure;
        from.exceptionHandler(brokenOff);
        from.handler(this::chunk);
        from.endHandler(end -> end());
        from.resume();
    }

    /** Whether anything has arrived yet, be it the end. */
    public boolean begun() {
        return over || seen > 0;
    }

    /** Whether everything has been copied, or the copy was stopped. */
    public boolean isOver() {
        return over;
    }

    /** Stops copying, also from within {@code beforeEnd}; what still arrives is discarded. */
    public void stop() {
        over = true;
        stopped = true;
    }

    /** Stops copying, and reads what still arrives, so that it stands in nobody's way. */
    public void discard() {
        stop();
        from.resume();
    }

    private void chunk(Buffer chunk) {
        // An empty HTTP/2 DATA frame is no part of a body: written as a chunk, it would commit the head to one.
        if (over || chunk.length() == 0) {
            return;
        }
        try {
            copy(chunk);
        } catch (RuntimeException failure) {
            stop();
            failed.handle(failure);
        }
    }

    private void copy(Buffer chunk) {
        seen += chunk.length();
        if (seen > limit) {
            over = true;
            overLimit.run();
        } else if (seen == length) {
            finish(chunk);
        } else {
            unwritten++;
            Future<Void> sending = to.write(chunk);
            LargePieces.giveBackAfter(sending, chunk);
            sending.onComplete(done -> written());
            if (to.writeQueueFull()) {
                full = true;
                from.pause();
                backlog.grow();
                to.drainHandler(drained -> {
                    full = false;
                    backlog.clear();
                    resume();
                });
            } else if (unwritten >= MOST_UNWRITTEN) {
                crowded = true;
                from.pause();
            }
        }
    }

    private void written() {
        unwritten--;
        if (crowded && unwritten < MOST_UNWRITTEN / 2) {
            crowded = false;
            resume();
        }
    }

    private void resume() {
        if (!full && !crowded) {
            from.resume();
        }
    }

    private void end() {
        if (over) {
            return;
        }
        try {
            finish(Buffer.buffer(0));
        } catch (RuntimeException failure) {
            stop();
            failed.handle(failure);
        }
    }

    private void finish(Buffer last) {
        over = true;
        beforeEnd.run();
        if (!stopped) {
            LargePieces.giveBackAfter(last.length() == 0 ? to.end() : to.end(last), last);
        }
    }
}
