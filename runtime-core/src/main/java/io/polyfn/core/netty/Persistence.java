package io.polyfn.core.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/**
 * Whether a connection goes on after a request (RFC 9112 section 9.3). The options of {@code Connection} are a list over several lines;
 * Vert.x only knows lines that are one option, and over HTTP/1.0 prefers {@code keep-alive} to {@code close}.
 */
final class Persistence {
    private Persistence() {}

    /** Gives an option that stands in a list a line of its own. */
    static void state(HttpHeaders headers) {
        List<String> lines = headers.getAll(HttpHeaderNames.CONNECTION);
        if (lines.isEmpty() || (lines.size() == 1 && isOne(lines.getFirst()))) {
            return;
        }
        boolean closes = headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        boolean goesOn =
                !closes && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true);
        if (closes || goesOn) {
            headers.set(
                    HttpHeaderNames.CONNECTION,
                    lines.stream().filter(line -> !isOne(line.strip())).toList());
            headers.add(HttpHeaderNames.CONNECTION, closes ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
        }
    }

    private static boolean isOne(String line) {
        return HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(line)
                || HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(line);
    }
}
