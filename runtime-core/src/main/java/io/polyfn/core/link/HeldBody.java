package io.polyfn.core.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.function.Predicate;

/**
 * The first part of a body, held back until all of the body is there, or so much that the rest has to be streamed.
 *
 * <p>Most events and answers are small: whoever waits for the whole of them never has to break off in the middle, and knows the length.
 */
final class HeldBody {
    /** Enough for most, and little enough to be kept for hundreds at a time. */
    static final int SMALL = 64 * 1024;

    private final ReadStream<Buffer> from;
    private final int most;
    private final Predicate<Buffer> enough;
    private final Promise<HeldBody> ready = Promise.promise();
    private Buffer first = Buffer.buffer(0);
    private boolean whole;

    /** @param most bytes to hold; with the first byte more the stream is paused and {@link #first} given as it is */
    HeldBody(ReadStream<Buffer> from, int most) {
        this(from, most, first -> false);
    }

    /** @param enough tells of less than {@code most} bytes that they will do */
    HeldBody(ReadStream<Buffer> from, int most, Predicate<Buffer> enough) {
        this.from = from;
        this.most = most;
        this.enough = enough;
    }

    /** Starts reading. Fails if the stream breaks before. */
    Future<HeldBody> ready() {
        from.exceptionHandler(ready::tryFail);
        from.handler(chunk -> {
            first = first.length() == 0 ? chunk : first.appendBuffer(chunk);
            if (first.length() > most || enough.test(first)) {
                from.pause();
                ready.tryComplete(this);
            }
        });
        from.endHandler(end -> {
            whole = true;
            ready.tryComplete(this);
        });
        from.resume();
        return ready.future();
    }

    /** The same body with more of it held; not ready yet. */
    HeldBody further(int most) {
        HeldBody more = new HeldBody(from, most);
        more.first = first;
        return more;
    }

    Buffer first() {
        return first;
    }

    /** Whether that is all. */
    boolean whole() {
        return whole;
    }
}
