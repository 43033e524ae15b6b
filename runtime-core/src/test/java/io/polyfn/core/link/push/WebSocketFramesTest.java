package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebSocketFramesTest {
    private static final int TEXT = 0x81;
    private static final int TEXT_BEGINS = 0x01;
    private static final int CONTINUES = 0x00;
    private static final int CONTINUES_AND_ENDS = 0x80;
    private static final int PING = 0x89;
    private static final int CLOSE = 0x88;

    private final WebSocketFrames frames = new WebSocketFrames();

    /** Payloads are all 0xff, which as a head would have any length. */
    @ParameterizedTest
    @CsvSource({
        "0,1", "1,1", "125,1", "126,1", "65535,1", "65536,1", "200000,1",
        "0,0", "1,0", "125,0", "126,0", "65535,0", "65536,0", "200000,0"
    })
    void aFrameEndsWithItsPayload(int length, int masked) {
        Buffer frame = frame(TEXT, length, masked == 1);

        assertThat(frames.follow(frame.slice(0, frame.length() - 1), 0, false)).isEqualTo(frame.length() - 1);
        assertThat(frames.isBetweenFrames()).isFalse();
        assertThat(frames.follow(frame, frame.length() - 1, false)).isEqualTo(frame.length());
        assertThat(frames.isBetweenFrames()).isTrue();
        assertThat(frames.isBetweenMessages()).isTrue();
    }

    @Test
    void piecesOfAnySizeAreFollowed() {
        Buffer all = Buffer.buffer();
        for (int length : new int[] {0, 5, 126, 300, 0, 70_000}) {
            all.appendBuffer(frame(TEXT, length, length % 2 == 0));
        }
        for (int size : new int[] {1, 2, 3, 7, 1000}) {
            WebSocketFrames cut = new WebSocketFrames();
            for (int from = 0; from < all.length(); from += size) {
                cut.follow(all.slice(from, Math.min(all.length(), from + size)), 0, false);
            }
            assertThat(cut.isBetweenMessages()).as("pieces of %d bytes", size).isTrue();
        }
    }

    @Test
    void aMessageEndsWithItsLastFrameAndControlFramesMayComeBetween() {
        follow(frame(TEXT_BEGINS, 3, true));
        assertThat(frames.isBetweenFrames()).isTrue();
        assertThat(frames.isBetweenMessages()).isFalse();

        follow(frame(PING, 4, true));
        follow(frame(CONTINUES, 0, true));
        assertThat(frames.isBetweenMessages()).isFalse();

        follow(frame(CONTINUES_AND_ENDS, 2, true));
        assertThat(frames.isBetweenMessages()).isTrue();
    }

    @Test
    void whoWantsABoundaryGetsTheNextOne() {
        Buffer message = frame(TEXT_BEGINS, 10, false).appendBuffer(frame(CONTINUES_AND_ENDS, 200, false));
        follow(message.slice(0, 7));
        Buffer rest = message.slice(7, message.length()).copy().appendBuffer(frame(TEXT, 5, false));

        assertThat(frames.follow(rest, 0, true)).isEqualTo(message.length() - 7);
        assertThat(frames.follow(rest, message.length() - 7, true)).isEqualTo(message.length() - 7);
    }

    @Test
    void aCloseFrameIsSeenWhenItIsComplete() {
        Buffer close = frame(CLOSE, 2, true);

        follow(close.slice(0, 7));
        assertThat(frames.isClosed()).isFalse();

        follow(close.slice(7, 8));
        assertThat(frames.isClosed()).isTrue();
    }

    @Test
    void anImpossibleLengthIsNeverOver() {
        follow(Buffer.buffer(new byte[] {(byte) 0x82, 127, -1, -1, -1, -1, -1, -1, -1, -1}));
        follow(Buffer.buffer(new byte[100_000]));

        assertThat(frames.isBetweenFrames()).isFalse();
    }

    private void follow(Buffer data) {
        assertThat(frames.follow(data, 0, false)).isEqualTo(data.length());
    }

    private static Buffer frame(int first, int length, boolean masked) {
        int mask = masked ? 0x80 : 0;
        Buffer frame = Buffer.buffer().appendUnsignedByte((short) first);
        if (length < 126) {
            frame.appendUnsignedByte((short) (mask | length));
        } else if (length < 65_536) {
            frame.appendUnsignedByte((short) (mask | 126)).appendUnsignedShort(length);
        } else {
            frame.appendUnsignedByte((short) (mask | 127)).appendLong(length);
        }
        byte[] rest = new byte[(masked ? 4 : 0) + length];
        java.util.Arrays.fill(rest, (byte) 0xff);
        return frame.appendBytes(rest);
    }
}
