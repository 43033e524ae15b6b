package io.polyfn.core.netty;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Checks of text that Netty does in place, where the JDK would decode all of it. */
public final class Text {
    private Text() {}

    /** Whether these bytes are valid UTF-8. */
    public static boolean isUtf8(byte[] bytes) {
        return ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8);
    }
}
