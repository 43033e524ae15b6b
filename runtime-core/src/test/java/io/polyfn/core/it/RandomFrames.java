package io.polyfn.core.it;

import static io.polyfn.core.it.Http2Wire.CONTINUATION;
import static io.polyfn.core.it.Http2Wire.DATA;
import static io.polyfn.core.it.Http2Wire.END_HEADERS;
import static io.polyfn.core.it.Http2Wire.END_STREAM;
import static io.polyfn.core.it.Http2Wire.GET;
import static io.polyfn.core.it.Http2Wire.GOAWAY;
import static io.polyfn.core.it.Http2Wire.HEADERS;
import static io.polyfn.core.it.Http2Wire.PING;
import static io.polyfn.core.it.Http2Wire.POST;
import static io.polyfn.core.it.Http2Wire.RST_STREAM;
import static io.polyfn.core.it.Http2Wire.SETTINGS;
import static io.polyfn.core.it.Http2Wire.WINDOW_UPDATE;
import static io.polyfn.core.it.Http2Wire.frame;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.instancio.Random;

/** Frames of HTTP/2 that nobody has thought of, among those of requests: whole ones, so that what follows them is read as frames. */
final class RandomFrames {
    private static final byte PRIORITY = 2;
    private static final int[] SIZES = {0, 1, 4, 5, 6, 8, 100, 9000, 16384, 16385};

    private final Random random;
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();
    private int stream = 1;

    private RandomFrames(Random random) {
        this.random = random;
    }

    static Talk any(Random random) {
        RandomFrames frames = new RandomFrames(random);
        frames.all.writeBytes(Http2Wire.start());
        for (int i = random.intRange(1, 12); i > 0; i--) {
            frames.next();
        }
        List<Integer> cuts = new ArrayList<>();
        for (int i = random.intRange(0, 4); i > 0; i--) {
            cuts.add(random.intRange(0, frames.all.size()));
        }
        return new Talk(frames.all.toByteArray(), cuts);
    }

    /** The same with bytes that have changed on the way, not those of the preface: without it, this is not HTTP/2. */
    static Talk mutated(Random random) {
        Talk talk = any(random);
        int preface = Http2Wire.PREFACE.length();
        byte[] frames = Arrays.copyOfRange(talk.bytes(), preface, talk.bytes().length);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(talk.bytes(), 0, preface);
        all.writeBytes(new Talk(frames, List.of()).mutated(random).bytes());
        return new Talk(all.toByteArray(), talk.cuts());
    }

    private void next() {
        switch (random.intRange(0, 15)) {
            case 0, 1, 2 -> get();
            case 3, 4 -> post();
            case 5 -> write(RST_STREAM, 0, known(), number(random.intRange(0, 15)));
            case 6 ->
                write(WINDOW_UPDATE, 0, oneIn(2) ? 0 : known(), number(random.oneOf(0, 1, 65535, Integer.MAX_VALUE)));
            case 7 -> write(SETTINGS, random.intRange(0, 1), 0, setting());
            case 8 -> write(PING, random.intRange(0, 1), 0, new byte[oneIn(4) ? 7 : 8]);
            case 9 -> write(PRIORITY, 0, known(), number(known()), new byte[1]);
            case 10 -> write(DATA, random.intRange(0, 1), known(), bytes(size()));
            case 11 -> write(HEADERS, random.intRange(0, 63), known(), broken(GET));
            case 12 -> write(CONTINUATION, random.intRange(0, 7), known(), broken(GET));
            case 13 -> write(GOAWAY, 0, 0, number(known()), number(random.intRange(0, 15)));
            case 14 -> head(broken(oneIn(2) ? GET : Http2Wire.get("/" + random.alphanumeric(10))), END_STREAM);
            default -> write(random.byteRange((byte) 0, (byte) 20), random.intRange(0, 255), known(), bytes(size()));
        }
    }

    private void get() {
        head(Http2Wire.get("/" + random.alphanumeric(random.intRange(0, 50))), END_STREAM);
    }

    private void post() {
        int id = head(POST, 0);
        for (int i = random.intRange(0, 3); i > 0; i--) {
            write(DATA, 0, id, bytes(random.intRange(0, 2000)));
        }
        if (!oneIn(4)) {
            write(DATA, END_STREAM, id, bytes(random.intRange(0, 20)));
        }
    }

    /** On a stream of its own, sometimes in two frames. */
    private int head(byte[] block, int flags) {
        int id = stream;
        stream += 2;
        if (oneIn(4)) {
            int cut = random.intRange(0, block.length);
            write(HEADERS, flags, id, Arrays.copyOf(block, cut));
            write(CONTINUATION, END_HEADERS, id, Arrays.copyOfRange(block, cut, block.length));
        } else {
            write(HEADERS, flags | END_HEADERS, id, block);
        }
        return id;
    }

    private byte[] broken(byte[] block) {
        return new Talk(block, List.of()).mutated(random).bytes();
    }

    private byte[] setting() {
        return ByteBuffer.allocate(6)
                // Not the size of the table that answers are compressed with (1), which the test would have to follow.
                .putShort(random.<Short>oneOf(
                        (short) 0, (short) 2, (short) 3, (short) 4, (short) 5, (short) 6, (short) 9))
                .putInt(random.oneOf(0, 1, 100, 16384, 65535, 16777215, Integer.MAX_VALUE, -1))
                .array();
    }

    /** A stream that may be there, has been there, or comes next; rarely one that no caller may use. */
    private int known() {
        return oneIn(10) ? random.intRange(0, 200) : 2 * random.intRange(0, stream / 2) + 1;
    }

    private int size() {
        return SIZES[random.intRange(0, oneIn(4) ? SIZES.length - 1 : 6)];
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = random.byteRange(Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        return bytes;
    }

    private static byte[] number(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    private boolean oneIn(int times) {
        return random.intRange(1, times) == 1;
    }

    private void write(byte type, int flags, int id, byte[]... payload) {
        all.writeBytes(frame(type, flags, id, payload));
    }
}
