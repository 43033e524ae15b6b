package io.polyfn.core.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.function.Predicate;

/**
 * The first part of a body, held back until all of the body is there, or so much that the rest has to be streamed.
 *
 * <p>Most events and responses are small. Held as a whole they have a length, and never break off in the middle.
 */
public final class HeldBody {
    /** Enough for most, and little enough to be kept for hundreds at a time. */
    public static final int SMALL = 64 * 1024;

    /** What may arrive at a time, and exceed the limit. */
    private static final int MAX_CHUNK = 16 * 1024;

    private final ReadStream<Buffer> from;
    private final int limit;
    private final Predicate<Buffer> enough;
    private final Promise<HeldBody> ready = Promise.promise();
    private Buffer first = Buffer.buffer(0);
    private boolean mayGrow;
    private boolean whole;

    /** @param limit bytes to hold; with the first byte more the stream is paused and {@link #first} given as it is */
    public HeldBody(ReadStream<Buffer> from, int limit) {
        this(from, limit, first -> false);
    }

    /** @param enough accepts a shorter prefix as sufficient */
    public HeldBody(ReadStream<Buffer> from, int limit, Predicate<Buffer> enough) {
        this.from = from;
        this.limit = limit;
        this.enough = enough;
    }

    /** Starts reading. Fails if the stream breaks before enough has arrived. */
    public Future<HeldBody> ready() {
        from.exceptionHandler(ready::tryFail);
        from.handler(chunk -> {
            append(chunk);
            if (first.length() > limit || enough.test(first)) {
                from.pause();
                ready.tryComplete(this);
            }
        });
        from.endHandler(end -> {
            whole = true;
            letGo();
            ready.tryComplete(this);
        });
        from.resume();
        return ready.future();
    }

    /** Most bodies are one chunk, which need not be copied; it may be a part of another buffer, and cannot grow then. */
    private void append(Buffer chunk) {
        if (first.length() == 0) {
            first = chunk;
            return;
        }
        if (!mayGrow) {
            first = Buffer.buffer(first.length() + chunk.length()).appendBuffer(first);
            mayGrow = true;
        }
        first.appendBuffer(chunk);
    }

    /** A connection keeps its last request, and the request its handlers, until the next one: up to six megabytes for each. */
    private void letGo() {
        from.handler(null);
        from.endHandler(null);
        from.exceptionHandler(null);
    }

    /** The same body with more of it held, in memory that is allocated once; not ready yet. */
    public HeldBody further(int limit) {
        HeldBody more = new HeldBody(from, limit);
        more.first = Buffer.buffer(limit + MAX_CHUNK).appendBuffer(first);
        more.mayGrow = true;
        return more;
    }

    public Buffer first() {
        return first;
    }

    /** Whether that is all. */
    public boolean whole() {
        return whole;
    }
}
