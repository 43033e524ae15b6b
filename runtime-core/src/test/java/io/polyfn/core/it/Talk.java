package io.polyfn.core.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.instancio.Random;

/**
 * What a caller sends on one connection.
 *
 * @param cuts where it is cut into pieces, in any order; those that are beyond its end do not count
 */
@SuppressWarnings("ArrayRecordComponent")
record Talk(byte[] bytes, List<Integer> cuts) {
    private static final long LONGEST_NANOS = 20_000_000_000L;
    private static final byte[] DISTURBING = {'\r', '\n', 0, ':', ' ', '\t', ',', ';', '0', '/', 0x7f, (byte) 0xff};

    static Talk of(String text) {
        return new Talk(text.getBytes(StandardCharsets.ISO_8859_1), List.of());
    }

    String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The pieces in their order. */
    List<byte[]> pieces() {
        List<Integer> ends = cuts.stream()
                .filter(cut -> cut > 0 && cut < bytes.length)
                .sorted()
                .distinct()
                .toList();
        List<byte[]> pieces = new java.util.ArrayList<>();
        int from = 0;
        for (int end : ends) {
            pieces.add(Arrays.copyOfRange(bytes, from, end));
            from = end;
        }
        pieces.add(Arrays.copyOfRange(bytes, from, bytes.length));
        return pieces;
    }

    /** One to three changes of single bytes, or of a few in a row. */
    Talk mutated(Random random) {
        byte[] changed = bytes;
        for (int i = random.intRange(1, 3); i > 0 && changed.length > 0; i--) {
            changed = mutated(changed, random);
        }
        return new Talk(changed, cuts);
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        // Heads are the more interesting part, and there is one at the beginning.
        int bound = random.trueOrFalse() ? Math.min(bytes.length, 200) : bytes.length;
        int at = random.intRange(0, bound - 1);
        int some = Math.min(bytes.length, at + random.intRange(1, 8));
        byte other = DISTURBING[random.intRange(0, DISTURBING.length - 1)];
        byte[] same = {bytes[at]};
        byte[] flipped = {(byte) (bytes[at] ^ (1 << random.intRange(0, 7)))};
        return switch (random.intRange(0, 7)) {
            case 0 -> joined(bytes, at, flipped, at + 1);
            case 1 -> joined(bytes, at, new byte[0], at + 1);
            case 2 -> joined(bytes, at, same, at);
            case 3 -> joined(bytes, at, new byte[] {other}, at + 1);
            case 4 -> Arrays.copyOf(bytes, at);
            case 5 -> joined(bytes, at, Arrays.copyOfRange(bytes, at, some), at);
            case 6 -> joined(bytes, at, new byte[0], some);
            default -> joined(bytes, at, new byte[] {other}, at);
        };
    }

    private static byte[] joined(byte[] bytes, int head, byte[] middle, int tail) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(bytes, 0, head);
        all.writeBytes(middle);
        all.write(bytes, tail, bytes.length - tail);
        return all.toByteArray();
    }

    /** The shortest that still fails, found by leaving parts out, as far as that gets in 20 s. */
    Talk shrunk(Predicate<Talk> fails) {
        Talk shortest = new Talk(bytes, List.of());
        if (!fails.test(shortest)) {
            return this;
        }
        long end = System.nanoTime() + LONGEST_NANOS;
        for (int size = bytes.length / 2; size > 0; size /= 2) {
            for (int at = 0; at + size <= shortest.bytes.length && System.nanoTime() < end; ) {
                Talk shorter = new Talk(joined(shortest.bytes, at, new byte[0], at + size), List.of());
                if (fails.test(shorter)) {
                    shortest = shorter;
                } else {
                    at += size;
                }
            }
        }
        return shortest;
    }

    /** As a literal of Java, for the list of those that once failed. */
    String literal() {
        StringBuilder literal = new StringBuilder("\"");
        for (char c : text().toCharArray()) {
            switch (c) {
                case '\r' -> literal.append("\\r");
                case '\n' -> literal.append("\\n");
                case '"', '\\' -> literal.append('\\').append(c);
                default -> literal.append(c >= ' ' && c < 0x7f ? String.valueOf(c) : String.format("\\u%04x", (int) c));
            }
        }
        return literal.append('"').toString();
    }
}
