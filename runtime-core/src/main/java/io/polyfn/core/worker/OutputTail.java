package io.polyfn.core.worker;

import java.nio.charset.StandardCharsets;

/** The last {@value #BYTES} bytes of an output. Safe for use by several threads. */
final class OutputTail {
    static final int BYTES = 4096;

    private final byte[] ring = new byte[BYTES];
    private long total;

    synchronized void add(byte[] from, int length) {
        for (int i = Math.max(0, length - BYTES); i < length; i++) {
            ring[(int) ((total + i) % BYTES)] = from[i];
        }
        total += length;
    }

    synchronized void clear() {
        total = 0;
    }

    synchronized byte[] bytes() {
        byte[] last = new byte[(int) Math.min(total, BYTES)];
        for (int i = 0; i < last.length; i++) {
            last[i] = ring[(int) ((total - last.length + i) % BYTES)];
        }
        return last;
    }

    /** As text, cut at a line's start where there is one. */
    synchronized String text() {
        String text = new String(bytes(), StandardCharsets.UTF_8);
        int firstLine = text.indexOf('\n');
        boolean cut = total > BYTES && firstLine >= 0 && firstLine < text.length() - 1;
        return cut ? text.substring(firstLine + 1) : text;
    }
}
