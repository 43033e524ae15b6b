package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import io.polyfn.core.netty.RequestRules.Violation;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request's head, for what Netty's decoder forgives: folded lines, a CR within a line, control characters between the
 * parts of the request line. Another program in front may read them otherwise.
 */
final class HeadBytes implements ByteProcessor {
    private static final byte DEL = 0x7f;

    private @Nullable String violation;
    private boolean begun;
    private boolean inFirstLine = true;
    private byte last;

    /** The same for trailers, which follow the line of the last chunk. */
    static HeadBytes ofTrailers() {
        HeadBytes trailers = new HeadBytes();
        trailers.begun = true;
        trailers.inFirstLine = false;
        trailers.last = '\n';
        return trailers;
    }

    /** Looks at the next bytes; they may end anywhere. */
    void take(ByteBuf buffer, int from, int to) {
        if (violation == null) {
            buffer.forEachByte(from, to - from, this);
        }
    }

    /** To be called when the head is complete. */
    void check() {
        if (violation != null) {
            throw new Violation(violation);
        }
    }

    @Override
    public boolean process(byte next) {
        boolean endsLine = next == '\r' || next == '\n';
        if (!begun && !endsLine && (next <= ' ' || next == DEL)) {
            // Netty skips all of these, also those beyond ASCII, which are negative.
            violation = "the request line begins with a character that no method has";
        } else if (last == '\r' && next != '\n') {
            violation = "the head has a CR that ends no line";
        } else if (last == '\n' && begun && (next == ' ' || next == '\t')) {
            violation = "a line of the head begins with white space";
        } else if (inFirstLine && next < ' ' && next >= 0 && !endsLine) {
            violation = "the request line has a control character";
        }
        begun |= !endsLine;
        inFirstLine &= !begun || next != '\n';
        last = next;
        return violation == null;
    }
}
