package io.polyfn.core.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.function.Function;

/** Where bodies are parsed: two megabytes of CloudEvents take 50 ms, six of JSON 200, in which the event loop would serve nobody. */
public final class Parsing {
    /** The event loop itself parses what is not larger. */
    private static final int SMALL = 64 * 1024;

    private Parsing() {}

    /**
     * Parses a body at once, or a large one on another thread. Completed on the event loop, to be called there.
     *
     * @param parse uses the body and nothing else; what it throws fails the result
     */
    public static <T> Future<T> of(Buffer body, Function<Buffer, T> parse) {
        return body.length() <= SMALL
                ? Future.succeededFuture(body).map(parse)
                : Vertx.currentContext().executeBlocking(() -> parse.apply(body), false);
    }
}
