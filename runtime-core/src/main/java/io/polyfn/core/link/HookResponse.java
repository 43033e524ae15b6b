package io.polyfn.core.link;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * A worker's response to a hook.
 *
 * @param body what is kept of it: a word, or a text that says why the hook failed
 */
public record HookResponse(int status, MultiMap headers, Buffer body) {
    /** The body is kept up to here, for the platform's log. */
    public static final int MAX_BYTES = 64 * 1024;

    public boolean succeeded() {
        return status >= 200 && status < 300;
    }

    /**
     * Reads the body of a response to a hook, on either link.
     *
     * @param cutOff called when it is longer than what is kept: the stream is paused, and the rest is not wanted
     */
    public static Future<Buffer> readBody(ReadStream<Buffer> from, Runnable cutOff) {
        return new HeldBody(from, MAX_BYTES).ready().map(held -> {
            if (!held.whole()) {
                cutOff.run();
            }
            return held.first().slice(0, Math.min(held.first().length(), MAX_BYTES));
        });
    }
}
