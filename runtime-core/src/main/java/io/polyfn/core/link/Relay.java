package io.polyfn.core.link;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;

/**
 * Copies a body from one side to the other as it comes, with back-pressure.
 *
 * <p>Where the length is known, the last bytes and the end go out in one write. {@code beforeEnd} runs before the last byte is written,
 * because the caller may freeze the container as soon as it has it.
 */
final class Relay {
    /** The length of a body whose end only its sender knows. */
    static final long UNKNOWN = -1;

    private final ReadStream<Buffer> from;
    private final WriteStream<Buffer> to;
    private final long length;
    private final long limit;
    private final Runnable beforeEnd;
    private final Runnable overLimit;
    private long seen;
    private boolean over;
    private boolean stopped;

    /**
     * @param length bytes to come, or {@link #UNKNOWN}
     * @param limit bytes allowed; the first byte more calls {@code overLimit} and nothing goes on
     */
    Relay(
            ReadStream<Buffer> from,
            WriteStream<Buffer> to,
            long length,
            long limit,
            Runnable beforeEnd,
            Runnable overLimit) {
        this.from = from;
        this.to = to;
        this.length = length;
        this.limit = limit;
        this.beforeEnd = beforeEnd;
        this.overLimit = overLimit;
    }

    /** Starts copying; what goes wrong on the reading side goes to {@code failed}. */
    void start(Handler<Throwable> failed) {
        from.exceptionHandler(failed);
        from.handler(this::chunk);
        from.endHandler(end -> end());
        from.resume();
    }

    /** Whether anything has come yet, be it the end. */
    boolean begun() {
        return over || seen > 0;
    }

    /** Whether everything has been copied, or the copying stopped. */
    boolean isOver() {
        return over;
    }

    /** Stops copying, also from within {@code beforeEnd}; what still comes is thrown away. */
    void stop() {
        over = true;
        stopped = true;
    }

    private void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        seen += chunk.length();
        if (seen > limit) {
            over = true;
            overLimit.run();
        } else if (seen == length) {
            over = true;
            beforeEnd.run();
            if (!stopped) {
                var _ = to.end(chunk);
            }
        } else {
            var _ = to.write(chunk);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(drained -> from.resume());
            }
        }
    }

    private void end() {
        if (!over) {
            over = true;
            beforeEnd.run();
            if (!stopped) {
                var _ = to.end();
            }
        }
    }
}
