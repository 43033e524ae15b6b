package io.polyfn.core.link.pull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.polyfn.core.failure.Json;
import io.polyfn.core.netty.Bytes;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the members of a JSON object are in its bytes. No objects are made of them before it is known that they are small: six megabytes of
 * {@code {}} would be two million objects, and a text of six megabytes with one character outside of Latin-1 a string of twelve.
 */
final class JsonMembers {
    /** The bytes are UTF-8, whatever they look like: only then the parser knows where a value begins. */
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

    private final byte[] bytes;
    private final Map<String, Member> members = new HashMap<>();

    private record Member(JsonToken type, int from, int to) {}

    private JsonMembers(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Finds some members.
     *
     * @return null if the value is not an object
     * @throws IOException if it is not JSON
     */
    static @Nullable JsonMembers of(Buffer value, Set<String> names) throws IOException {
        JsonMembers found = new JsonMembers(Bytes.of(value));
        try (JsonParser parser = JSON.createParser(found.bytes, 0, value.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken type = parser.nextToken();
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                if (names.contains(name)) {
                    int to = type == JsonToken.VALUE_STRING
                            ? found.endOfString(from, value.length())
                            : (int) parser.currentLocation().getByteOffset();
                    found.members.put(name, new Member(type, from, to));
                }
            }
            return parser.nextToken() == null ? found : null;
        }
    }

    /** After the closing quotation mark. The parser has not read the string yet, and fails if it has no end. */
    private int endOfString(int from, int length) {
        int at = from + 1;
        while (at < length && bytes[at] != '"') {
            at += bytes[at] == '\\' ? 2 : 1;
        }
        return Math.min(at + 1, length);
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    /** Whether there is a member of this type. */
    boolean is(JsonToken type, String name) {
        Member member = members.get(name);
        return member != null && member.type == type;
    }

    /** Bytes of a member; 0 if there is none. */
    int length(String name) {
        Member member = members.get(name);
        return member == null ? 0 : member.to - member.from;
    }

    /** A member as an object; null if there is none. */
    @Nullable
    Object value(String name) {
        Member member = members.get(name);
        return member == null
                ? null
                : Json.decode(Buffer.buffer().appendBytes(bytes, member.from, member.to - member.from));
    }

    /**
     * A member as bytes that are a part of the whole: a string's text, or any other value as the JSON that it is. Where the member is not
     * there, or is null, empty. May be called once, because the text of a string takes the place of its JSON.
     */
    Buffer bytes(String name) {
        Member member = members.get(name);
        if (member == null || member.type == JsonToken.VALUE_NULL) {
            return Buffer.buffer();
        }
        Buffer all = Bytes.buffer(bytes);
        return member.type == JsonToken.VALUE_STRING
                ? all.slice(member.from + 1, JsonText.unescape(bytes, member.from + 1, member.to - 1))
                : all.slice(member.from, member.to);
    }
}
