package io.polyfn.core.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.instancio.Random;

/** Requests over HTTP/1.1 that nobody has thought of: their heads, their framing, and how they arrive. */
final class RandomRequests {
    private static final String IN_TOKENS = "abcXYZ019-_.!#$%&'*+^`|~";
    private static final String IN_TARGETS = "abcXYZ019-_.!$%&'()*+,;=:@/?\\^`{}|<>\"[]~";
    private static final String IN_VALUES = "abcXYZ019-_.!#$%&'*+^`|~ ,;:=\"\\()/<>?@[]{}\t\u0080\u00e4\u00ff";
    private static final int[] SIZES = {
        0, 1, 2, 15, 16, 255, 256, 257, 1023, 1024, 4096, 8191, 8192, 8193, 65535, 65536, 65537
    };
    private static final String HOST = "Host: function.test";
    /** Where requests differ in what may follow or in how they are read. */
    private static final List<String> SPECIAL = List.of(
            "Connection: keep-alive",
            "Connection: close",
            "Connection: x-one, Keep-Alive",
            "connection: ,x-one ,, x-two",
            "Keep-Alive: timeout=5, max=1000",
            "Proxy-Connection: keep-alive",
            "TE: trailers, deflate;q=0.5",
            "Trailer: x-sum",
            "Expect: 100-continue",
            "Expect: 200-maybe",
            "Upgrade: h2c",
            "Upgrade: websocket",
            "HTTP2-Settings: AAMAAABk",
            "Proxy-Authorization: Basic x",
            "Cookie: a=b; c=d",
            "Accept: */*",
            "Content-Type: text/plain",
            "Range: bytes=0-1",
            "X-Forwarded-For: 10.1.2.3",
            "X_Under_Score: 1");
    /** Framing that is always or sometimes bad. */
    private static final List<String> ODD_FRAMING = List.of(
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding:",
            "Transfer-Encoding : chunked",
            "Content-Length: 5\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 6",
            "Content-Length: 5, 5",
            "Content-Length: +5",
            "Content-Length: 0x5",
            "Content-Length: 05",
            "Content-Length: 5 5",
            "Content-Length:",
            "Content-Length: 18446744073709551621");

    private final Random random;
    private final ByteArrayOutputStream all = new ByteArrayOutputStream();

    private RandomRequests(Random random) {
        this.random = random;
    }

    /** Valid requests, often several in a row. */
    static Talk valid(Random random) {
        RandomRequests requests = new RandomRequests(random);
        int count = requests.few();
        for (int i = 0; i < count; i++) {
            requests.request(false);
        }
        return requests.cut();
    }

    /** The same, some of them with odd framing, and most with bytes that have changed on the way. */
    static Talk any(Random random) {
        RandomRequests requests = new RandomRequests(random);
        int count = requests.few();
        for (int i = 0; i < count; i++) {
            requests.request(requests.oneIn(6));
        }
        Talk talk = requests.cut();
        return requests.oneIn(4) ? talk : talk.mutated(random);
    }

    private int few() {
        return oneIn(20) ? random.intRange(4, 20) : random.intRange(1, 3);
    }

    private Talk cut() {
        List<Integer> cuts = new ArrayList<>();
        if (random.trueOrFalse()) {
            for (int i = random.intRange(1, 6); i > 0; i--) {
                cuts.add(random.intRange(0, all.size()));
            }
        }
        return new Talk(all.toByteArray(), cuts);
    }

    private void request(boolean odd) {
        String method = oneIn(4)
                ? text(IN_TOKENS, random.intRange(1, 12))
                : random.oneOf("GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "PROPFIND", "get");
        write(method + " " + target(method) + (oneIn(12) ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n"));
        List<String> lines = new ArrayList<>(List.of(HOST));
        for (int i = random.intRange(0, 6); i > 0; i--) {
            lines.add(random.intRange(0, lines.size() - 1), oneIn(3) ? random.oneOf(SPECIAL) : header());
        }
        byte[] body = body();
        boolean chunked = !odd
                && random.trueOrFalse()
                && !all.toString(StandardCharsets.ISO_8859_1).endsWith("HTTP/1.0\r\n");
        if (odd) {
            lines.add(random.oneOf(ODD_FRAMING));
        } else if (chunked) {
            lines.add(random.oneOf("Transfer-Encoding: chunked", "transfer-encoding:\tChunked "));
        } else if (body.length > 0 || random.trueOrFalse()) {
            lines.add("Content-Length: " + (oneIn(8) ? "00" : "") + body.length);
        } else {
            body = new byte[0];
        }
        lines.forEach(line -> write(line + "\r\n"));
        write("\r\n");
        if (chunked) {
            chunks(body);
        } else {
            all.writeBytes(body);
        }
    }

    private String target(String method) {
        if (method.equals("OPTIONS") && random.trueOrFalse()) {
            return "*";
        }
        String path = "/" + text(IN_TARGETS, oneIn(10) ? random.intRange(500, 3000) : random.intRange(0, 20));
        return oneIn(8) ? random.oneOf("http://function.test", "HTTPS://FUNCTION.test") + path : path;
    }

    /** Its name may be that of others, in other letters. */
    private String header() {
        String name = random.trueOrFalse()
                ? random.oneOf("x-one", "X-One", "X-TWO", "x-two", "x-three")
                : "x" + text(IN_TOKENS, random.intRange(1, 20));
        String value = text(IN_VALUES, oneIn(15) ? random.intRange(500, 3000) : random.intRange(0, 30));
        return name + ":" + random.oneOf("", " ", "\t", "  ") + value.strip() + random.oneOf("", " ", "\t");
    }

    private byte[] body() {
        int size = oneIn(3) ? SIZES[random.intRange(0, SIZES.length - (oneIn(6) ? 1 : 5))] : random.intRange(0, 40);
        byte[] body = new byte[size];
        for (int i = 0; i < size; i++) {
            body[i] = random.byteRange(Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        return body;
    }

    private void chunks(byte[] body) {
        for (int at = 0; at < body.length; ) {
            int size = Math.min(body.length - at, oneIn(3) ? 4096 : random.intRange(1, 600));
            write((oneIn(4) ? "00" : "")
                    + (random.trueOrFalse() ? Integer.toHexString(size) : String.format("%X", size)));
            write(oneIn(3) ? random.oneOf(";a", ";a=b", " ; a = b", ";a=\"b;\\\"c\"", ";a;b=1") + "\r\n" : "\r\n");
            all.write(body, at, size);
            write("\r\n");
            at += size;
        }
        write(oneIn(4) ? "000\r\n" : "0\r\n");
        for (int i = oneIn(3) ? random.intRange(1, 3) : 0; i > 0; i--) {
            write(header() + "\r\n");
        }
        write("\r\n");
    }

    private boolean oneIn(int times) {
        return random.intRange(1, times) == 1;
    }

    private String text(String from, int length) {
        return random.stringOf(length, from.toCharArray());
    }

    private void write(String text) {
        all.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
