package io.polyfn.core.link.pull;

import java.nio.charset.StandardCharsets;

/** Replaces the escapes in a JSON string's UTF-8 by what they stand for, which is never longer. */
final class JsonText {
    private final byte[] bytes;
    private int to;

    private JsonText(byte[] bytes, int to) {
        this.bytes = bytes;
        this.to = to;
    }

    /**
     * Works in place; the string has been parsed, so its escapes are valid.
     *
     * @return where the text ends, which begins where the string does
     */
    static int unescape(byte[] bytes, int from, int end) {
        return new JsonText(bytes, from).unescape(from, end);
    }

    private int unescape(int from, int end) {
        int at = from;
        while (at < end) {
            if (bytes[at] != '\\') {
                bytes[to++] = bytes[at++];
            } else if (bytes[at + 1] != 'u') {
                bytes[to++] = control(bytes[at + 1]);
                at += 2;
            } else {
                char first = unit(at);
                at += 6;
                boolean pair = Character.isHighSurrogate(first)
                        && at + 6 <= end
                        && bytes[at] == '\\'
                        && bytes[at + 1] == 'u'
                        && Character.isLowSurrogate(unit(at));
                write(pair ? new String(new char[] {first, unit(at)}) : String.valueOf(first));
                at += pair ? 6 : 0;
            }
        }
        return to;
    }

    /** Half a pair becomes a question mark. */
    private void write(String character) {
        for (byte one : character.getBytes(StandardCharsets.UTF_8)) {
            bytes[to++] = one;
        }
    }

    private char unit(int at) {
        int unit = 0;
        for (int i = at + 2; i < at + 6; i++) {
            unit = unit << 4 | Character.digit(bytes[i], 16);
        }
        return (char) unit;
    }

    private static byte control(byte escape) {
        return switch (escape) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> escape;
        };
    }
}
