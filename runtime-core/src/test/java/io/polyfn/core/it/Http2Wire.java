package io.polyfn.core.it;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One connection that speaks HTTP/2 frame by frame, as no client does. */
final class Http2Wire implements AutoCloseable {
    static final byte DATA = 0;
    static final byte HEADERS = 1;
    static final byte RST_STREAM = 3;
    static final byte SETTINGS = 4;
    static final byte PING = 6;
    static final byte GOAWAY = 7;
    static final byte WINDOW_UPDATE = 8;
    static final byte CONTINUATION = 9;

    static final byte END_STREAM = 1;
    static final byte END_HEADERS = 4;

    /** {@code GET} and {@code POST} of {@code http://a/}, compressed with the static table. */
    static final byte[] GET = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};

    static final byte[] POST = {(byte) 0x83, (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};

    static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    /** The headers of a request over HTTP/1.1 that asks to go on with HTTP/2. */
    static final String[] UPGRADE = {"Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA"};

    private final Wire wire;

    Http2Wire(CoreProcess core) {
        this(core.connect().send(start()));
    }

    /** Goes on with a connection that has begun. */
    Http2Wire(Wire wire) {
        this.wire = wire;
    }

    record Frame(int type, int flags, int stream, ByteBuffer payload) {
        /** A number in the payload: the code of a RST_STREAM at 0; of a GOAWAY the last stream at 0 and the code at 4. */
        int number(int at) {
            return payload.getInt(at);
        }
    }

    /** What every connection begins with. */
    static byte[] start() {
        return all(PREFACE.getBytes(StandardCharsets.US_ASCII), frame(SETTINGS, 0, 0));
    }

    static byte[] frame(byte type, int flags, int stream, byte[]... payload) {
        byte[] body = all(payload);
        return ByteBuffer.allocate(9 + body.length)
                .put((byte) (body.length >> 16))
                .putShort((short) body.length)
                .put(type)
                .put((byte) flags)
                .putInt(stream)
                .put(body)
                .array();
    }

    private static byte[] all(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** A {@code GET} of a path of fewer than 127 characters. */
    static byte[] get(String path) {
        return all(
                new byte[] {(byte) 0x82, (byte) 0x86, 0x41, 1, 'a', 0x04, (byte) path.length()},
                path.getBytes(StandardCharsets.US_ASCII));
    }

    /** So many requests without a body, on streams from the first one on. */
    static byte[] requests(int first, int count, String path) {
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++) {
            frames[i] = frame(HEADERS, END_HEADERS | END_STREAM, first + 2 * i, get(path));
        }
        return all(frames);
    }

    Http2Wire send(byte type, int flags, int stream, byte[]... payload) {
        wire.send(frame(type, flags, stream, payload));
        return this;
    }

    /** A request without a body. */
    Http2Wire request(int stream, byte[] head) {
        return send(HEADERS, END_HEADERS | END_STREAM, stream, head);
    }

    Frame read() {
        ByteBuffer head = ByteBuffer.wrap(wire.read(9));
        int length = (head.get() & 0xff) << 16 | (head.getShort() & 0xffff);
        return new Frame(head.get(), head.get() & 0xff, head.getInt(), ByteBuffer.wrap(wire.read(length)));
    }

    /** The next frame of this type, on this stream; what comes before it is skipped. */
    Frame await(byte type, int stream) {
        Frame next = read();
        while (next.type() != type || next.stream() != stream) {
            next = read();
        }
        return next;
    }

    /** Whether the other side has ended the connection, with nothing left to read. Waits for it. */
    boolean ended() {
        return wire.ended();
    }

    @Override
    public void close() {
        wire.close();
    }
}
