package io.polyfn.core.link.pull;

import io.vertx.core.buffer.Buffer;

/** Finds the eight zero bytes that end the prelude of a streamed response (contract 9.1), looking at each byte once. */
final class PreludeEnd {
    static final int LENGTH = 8;

    private int looked;
    private int zeros;
    private int index = -1;

    /** Whether the end is in these bytes, which begin with those of the last call. */
    boolean reached(Buffer received) {
        while (index < 0 && looked < received.length()) {
            zeros = received.getByte(looked) == 0 ? zeros + 1 : 0;
            looked++;
            if (zeros == LENGTH) {
                index = looked - LENGTH;
            }
        }
        return index >= 0;
    }

    /** Where the prelude ends, or -1. */
    int index() {
        return index;
    }
}
