package io.polyfn.core.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the requests on a connection by RFC 9112 and nothing else, to say what a server has to make of them. It is not built like the
 * core's decoder, and has no part of it.
 */
final class StrictRequests {
    private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
    private static final Pattern LINE = Pattern.compile("(" + TOKEN + ") ([\\x21\\x22\\x24-\\x7e]+) HTTP/1\\.([01])");
    private static final Pattern HEADER = Pattern.compile(
            "(" + TOKEN + "):[ \t]*([\\x21-\\x7e\\x80-\\xff]?|[\\x21-\\x7e\\x80-\\xff][\t\\x20-\\x7e\\x80-\\xff]*"
                    + "[\\x21-\\x7e\\x80-\\xff])[ \t]*");
    private static final Pattern HOST =
            Pattern.compile("(?:\\[[0-9A-Za-z:.%]+]|[-._~%!$&'()*+;=0-9A-Za-z]+)(?::[0-9]{0,5})?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?]*)(.*)");
    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]+)(.*)", Pattern.DOTALL);
    private static final Pattern EXTENSIONS = Pattern.compile("(?:[ \t]*;[ \t]*" + TOKEN + "(?:[ \t]*=[ \t]*(?:" + TOKEN
            + "|\"(?:[\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\t\\x20-\\x7e\\x80-\\xff])*\"))?)*");
    /** A size that cannot be the length of what follows: no test sends so much. */
    private static final int MOST_DIGITS = 9;

    private final String all;
    private int at;
    /** What RFC 9112 allows and also allows to refuse, or what does not change where a request ends. */
    private boolean doubtful;

    private StrictRequests(String all) {
        this.all = all;
    }

    /** One that a server has to make something of. */
    sealed interface Reading {}

    /**
     * A complete request.
     *
     * @param doubtful whether it may also be refused
     * @param last whether nothing that follows on the connection is a request
     */
    record Request(String method, String target, List<Wire.Header> headers, String body, boolean doubtful, boolean last)
            implements Reading {
        List<String> all(String name) {
            return headers.stream()
                    .filter(header -> header.name().equalsIgnoreCase(name))
                    .map(Wire.Header::value)
                    .toList();
        }
    }

    /** No valid request: the connection ends with a response that says so. */
    record Bad(String why) implements Reading {}

    /** The connection ends within a request. What there is of it may be bad already. */
    record Incomplete() implements Reading {}

    private static final class BadRequest extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BadRequest(String why) {
            super(why);
        }
    }

    private static final class EndOfInput extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The requests in their order; what is bad or incomplete is the last one. */
    static List<Reading> read(byte[] bytes) {
        StrictRequests reader = new StrictRequests(new String(bytes, StandardCharsets.ISO_8859_1));
        List<Reading> readings = new ArrayList<>();
        while (reader.at < bytes.length) {
            Reading next = reader.next();
            if (next == null) {
                break;
            }
            readings.add(next);
            if (!(next instanceof Request request) || request.last()) {
                break;
            }
        }
        return readings;
    }

    private Reading next() {
        while (all.startsWith("\r\n", at)) {
            at += 2;
        }
        if (at == all.length()) {
            return null;
        }
        doubtful = false;
        try {
            return request();
        } catch (BadRequest bad) {
            return new Bad(bad.getMessage());
        } catch (EndOfInput end) {
            return new Incomplete();
        }
    }

    private Request request() {
        List<String> lines = section();
        Matcher line = LINE.matcher(lines.getFirst());
        check(line.matches(), "request line");
        List<Wire.Header> headers = headers(lines.subList(1, lines.size()));
        Request head = new Request(line.group(1), line.group(2), headers, "", false, false);
        boolean old = line.group(3).equals("0");
        check(!head.method().equals("CONNECT"), "CONNECT");
        String target = target(head, old);
        String body = body(head, old);
        return new Request(head.method(), target, headers, body, doubtful, isLast(head, old));
    }

    /** Lines up to an empty one; one that ends otherwise than with CRLF is bad, but only where there is an end. */
    private List<String> section() {
        List<String> lines = new ArrayList<>();
        boolean bad = false;
        while (true) {
            int end = all.indexOf('\n', at);
            if (end < 0) {
                throw new EndOfInput();
            }
            String line = all.substring(at, end);
            at = end + 1;
            bad |= !line.endsWith("\r") || line.indexOf('\r') < line.length() - 1;
            line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (line.isEmpty()) {
                check(!bad, "the end of a line");
                return lines;
            }
            lines.add(line);
        }
    }

    private static List<Wire.Header> headers(List<String> lines) {
        List<Wire.Header> headers = new ArrayList<>();
        for (String line : lines) {
            Matcher header = HEADER.matcher(line);
            check(header.matches(), "header line");
            headers.add(new Wire.Header(header.group(1), header.group(2)));
        }
        return headers;
    }

    private static String target(Request head, boolean old) {
        List<String> hosts = head.all("host");
        check(
                (old && hosts.isEmpty())
                        || (hosts.size() == 1 && HOST.matcher(hosts.getFirst()).matches()),
                "host");
        if (head.target().startsWith("/")
                || (head.target().equals("*") && head.method().equals("OPTIONS"))) {
            return head.target();
        }
        Matcher absolute = ABSOLUTE.matcher(head.target());
        check(absolute.matches(), "target");
        check(hosts.isEmpty() || absolute.group(1).equalsIgnoreCase(hosts.getFirst()), "authority");
        return absolute.group(2).startsWith("/") ? absolute.group(2) : "/" + absolute.group(2);
    }

    private String body(Request head, boolean old) {
        List<String> encodings = head.all("transfer-encoding");
        List<String> lengths = head.all("content-length");
        if (!encodings.isEmpty()) {
            check(!old && encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked"), "encoding");
            check(lengths.isEmpty(), "encoding and length");
            return chunks();
        }
        if (lengths.isEmpty()) {
            return "";
        }
        String length = lengths.getFirst();
        doubtful |= lengths.size() > 1;
        check(length.matches("[0-9]+") && lengths.stream().allMatch(length::equals), "length");
        return take(size(length, 10));
    }

    private String chunks() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int end = all.indexOf('\n', at);
            if (end < 0) {
                throw new EndOfInput();
            }
            Matcher line = SIZE.matcher(all.substring(at, end));
            check(line.matches() && line.group(2).endsWith("\r"), "chunk's size");
            String extensions = line.group(2).substring(0, line.group(2).length() - 1);
            check(extensions.indexOf('\r') < 0, "CR in a chunk's line");
            check(extensions.isEmpty() || extensions.matches("[ \t]*;.+"), "what is no extension");
            doubtful |= !EXTENSIONS.matcher(extensions).matches();
            at = end + 1;
            int size = size(line.group(1), 16);
            if (size == 0) {
                List<String> trailers = section();
                headers(trailers);
                return body.toString(StandardCharsets.ISO_8859_1);
            }
            body.writeBytes(take(size).getBytes(StandardCharsets.ISO_8859_1));
            check(all.startsWith("\r\n", at) || at + 2 > all.length(), "the end of a chunk");
            take(2);
        }
    }

    private static int size(String digits, int radix) {
        String significant = digits.replaceFirst("^0+(?=.)", "");
        return significant.length() > MOST_DIGITS - (radix == 16 ? 2 : 0)
                ? Integer.MAX_VALUE
                : Integer.parseInt(significant, radix);
    }

    private String take(int length) {
        if (length > all.length() - at) {
            throw new EndOfInput();
        }
        at += length;
        return all.substring(at - length, at);
    }

    private static boolean isLast(Request head, boolean old) {
        List<String> options = new ArrayList<>();
        for (String line : head.all("connection")) {
            for (String option : line.split(",", -1)) {
                options.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
        return options.contains("close") || (old && !options.contains("keep-alive"));
    }

    private static void check(boolean valid, String what) {
        if (!valid) {
            throw new BadRequest(what);
        }
    }
}
