package io.polyfn.core.link.pull;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** How a body is written into an event, chunk by chunk; chunk boundaries do not matter. */
sealed interface Encoding {
    Buffer encode(Buffer chunk);

    /** The rest of the body, and the end of the event. */
    Buffer end();

    /** The body is the event. */
    record None() implements Encoding {
        @Override
        public Buffer encode(Buffer chunk) {
            return chunk;
        }

        @Override
        public Buffer end() {
            return Buffer.buffer(0);
        }
    }

    /** The body is a JSON string in base64, the last value of a JSON object. */
    final class Base64String implements Encoding {
        private static final int GROUP = 3;

        private Buffer left = Buffer.buffer(0);

        @Override
        public Buffer encode(Buffer chunk) {
            Buffer all = left.appendBuffer(chunk);
            int groups = all.length() / GROUP * GROUP;
            left = all.getBuffer(groups, all.length());
            return Buffer.buffer(Base64.getEncoder().encode(all.getBytes(0, groups)));
        }

        @Override
        public Buffer end() {
            return Buffer.buffer(Base64.getEncoder().encode(left.getBytes())).appendString("\"}");
        }
    }

    /** The body is a JSON string, the last value of a JSON object; invalid UTF-8 becomes the replacement character. */
    final class TextString implements Encoding {
        private final CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        private Buffer left = Buffer.buffer(0);

        @Override
        public Buffer encode(Buffer chunk) {
            ByteBuffer bytes = ByteBuffer.wrap(left.appendBuffer(chunk).getBytes());
            Buffer text = decode(bytes, false);
            left = Buffer.buffer(0).appendBytes(bytes.array(), bytes.position(), bytes.remaining());
            return text;
        }

        @Override
        public Buffer end() {
            return decode(ByteBuffer.wrap(left.getBytes()), true).appendString("\"}");
        }

        private Buffer decode(ByteBuffer bytes, boolean last) {
            // No UTF-8 sequence becomes more characters than it has bytes.
            CharBuffer characters = CharBuffer.allocate(bytes.remaining() + 1);
            decoder.decode(bytes, characters, last);
            if (last) {
                decoder.flush(characters);
            }
            return Buffer.buffer(JsonStringEncoder.getInstance()
                    .quoteAsUTF8(characters.flip().toString()));
        }
    }
}
