package io.polyfn.core.link.push;

import io.vertx.core.buffer.Buffer;

/** Where frames and messages end in one direction of a WebSocket (RFC 6455 5.2). Of payloads it looks at the length only. */
final class WebSocketFrames {
    private static final int FIN = 0x80;
    private static final int OPCODE = 0x0f;
    private static final int CONTROL = 0x08;
    private static final int CLOSE = 0x08;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int LENGTH_IN_2_BYTES = 126;
    private static final int LENGTH_IN_8_BYTES = 127;
    private static final int MASKING_KEY_BYTES = 4;

    /** Of the head that is being read; 0 between two frames and in a payload. */
    private int headBytes;

    private int opcode;
    private boolean fin;
    private int extendedBytes;
    private int keyBytes;
    private long payloadLeft;
    private boolean inMessage;
    private boolean closing;

    /**
     * Looks at bytes that pass.
     *
     * @param from the first byte to look at
     * @param toBoundary stops where a message ends, at once if none has begun
     * @return the index of the first byte that was not looked at
     */
    int follow(Buffer data, int from, boolean toBoundary) {
        int at = from;
        while (at < data.length() && !(toBoundary && isBetweenMessages())) {
            if (isInPayload()) {
                long some = Math.min(payloadLeft, data.length() - at);
                payloadLeft -= some;
                at += (int) some;
            } else {
                head(data.getUnsignedByte(at++));
            }
        }
        return at;
    }

    /** Whether a control frame may be inserted here. */
    boolean isBetweenFrames() {
        return headBytes == 0 && payloadLeft == 0;
    }

    /** Whether nothing has been said in part. A message may have many frames. */
    boolean isBetweenMessages() {
        return isBetweenFrames() && !inMessage;
    }

    /** Whether a close frame has passed, after which there are no more. */
    boolean isClosed() {
        return closing && isBetweenFrames();
    }

    private boolean isInPayload() {
        return headBytes == 0 && payloadLeft > 0;
    }

    private void head(int octet) {
        if (headBytes == 0) {
            fin = (octet & FIN) != 0;
            opcode = octet & OPCODE;
        } else if (headBytes == 1) {
            length(octet);
        } else if (extendedBytes > 0) {
            extendedBytes--;
            payloadLeft = payloadLeft << 8 | octet;
        } else {
            keyBytes--;
        }
        headBytes++;
        if (headBytes > 1 && extendedBytes == 0 && keyBytes == 0) {
            headEnds();
        }
    }

    private void length(int octet) {
        int length = octet & LENGTH;
        extendedBytes = length == LENGTH_IN_8_BYTES ? Long.BYTES : length == LENGTH_IN_2_BYTES ? Short.BYTES : 0;
        keyBytes = (octet & MASKED) == 0 ? 0 : MASKING_KEY_BYTES;
        payloadLeft = extendedBytes == 0 ? length : 0;
    }

    private void headEnds() {
        headBytes = 0;
        // The highest bit has to be 0. If it is not, nothing that follows makes sense.
        payloadLeft &= Long.MAX_VALUE;
        if (opcode < CONTROL) {
            inMessage = !fin;
        }
        closing |= opcode == CLOSE;
    }
}
