package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;

/** Buffers and arrays as one another, without the copy that Vert.x makes: of a large body there is no room for two. */
@SuppressWarnings("deprecation") // What Netty knows of a buffer is hidden in the next Vert.x.
public final class Bytes {
    private Bytes() {}

    /** The bytes of a buffer, the first at index 0; the array may be longer, and to change it changes the buffer. */
    public static byte[] of(Buffer buffer) {
        ByteBuf bytes = buffer.getByteBuf();
        return bytes.hasArray() && bytes.arrayOffset() == 0 ? bytes.array() : buffer.getBytes();
    }

    /** A buffer of this array. */
    public static Buffer buffer(byte[] bytes) {
        return Buffer.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** The same bytes as Netty has them. */
    static ByteBuf netty(Buffer buffer) {
        return buffer.getByteBuf();
    }

    /**
     * Decodes base64.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Buffer decode(Buffer text, Base64.Decoder decoder) {
        return Buffer.buffer(
                Unpooled.wrappedBuffer(decoder.decode(text.getByteBuf().nioBuffer())));
    }
}
