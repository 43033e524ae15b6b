package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.util.internal.StringUtil;
import io.polyfn.core.netty.RequestRules.Violation;

/**
 * The lines of a chunked body (RFC 9112 section 7.1): Netty's decoder also takes white space around a size, and more behind it, and joins
 * folded trailers.
 */
final class ChunkLines {
    private static final int LINE_END = 2;

    private final HeadBytes trailers = HeadBytes.ofTrailers();
    private long left;
    private boolean over;

    /**
     * Follows what the decoder has read: whole size lines, and parts of all the rest.
     *
     * @throws Violation if a line is not one
     */
    void take(ByteBuf buffer, int from, int to) {
        int at = from;
        while (at < to && !over) {
            if (left == 0) {
                at = line(buffer, at, to);
            } else {
                long skipped = Math.min(left, to - at);
                left -= skipped;
                at += (int) skipped;
            }
        }
        if (over) {
            trailers.take(buffer, at, to);
            trailers.check();
        }
    }

    /** @return where the line ends */
    private int line(ByteBuf buffer, int from, int to) {
        int at = from;
        long size = 0;
        for (int digit = digit(buffer, at); digit >= 0; digit = digit(buffer, at)) {
            size = size * 16 + digit;
            at++;
        }
        int extension = afterWhite(buffer, at);
        boolean ends = buffer.getByte(at) == '\r'
                || (buffer.getByte(extension) == ';' && buffer.getByte(afterWhite(buffer, extension + 1)) != '\r');
        int end = buffer.indexOf(at, to, (byte) '\n');
        if (at == from || !ends || buffer.indexOf(at, to, (byte) '\r') != end - 1) {
            throw new Violation("a chunk has no valid size");
        }
        over = size == 0;
        left = size + LINE_END;
        return end + 1;
    }

    private static int afterWhite(ByteBuf buffer, int from) {
        int at = from;
        while (buffer.getByte(at) == ' ' || buffer.getByte(at) == '\t') {
            at++;
        }
        return at;
    }

    private static int digit(ByteBuf buffer, int at) {
        return StringUtil.decodeHexNibble(buffer.getByte(at));
    }
}
