package io.polyfn.core.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One connection to the core whose answers are read as strictly as RFC 9112 allows. Nothing takes longer than ten seconds. */
final class StrictAnswers implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9][0-9]) [\t\\x20-\\x7e]*");
    private static final Pattern HEADER = Pattern.compile(
            "([!#$%&'*+\\-.^_`|~0-9A-Za-z]+): ?((?:[\\x21-\\x7e\\x80-\\xff][\t\\x20-\\x7e\\x80-\\xff]*)?)");

    private final Socket socket;
    private final InputStream in;

    StrictAnswers(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The connection is at its end, properly or by a reset. */
    static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** Sends all, or as much as the core takes before it ends the connection. */
    void send(Iterable<byte[]> pieces) throws IOException {
        try {
            for (byte[] piece : pieces) {
                socket.getOutputStream().write(piece);
            }
        } catch (SocketException ended) {
            // What the core has answered before can still be read, as far as it arrived.
        }
    }

    void endSending() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (SocketException ended) {
            // It cannot be ended twice.
        }
    }

    /** The next final answer, interim ones skipped. */
    Wire.Answer next(String method) throws IOException, Ended {
        Wire.Head head = head();
        while (head.status() < 200) {
            check(head.status() == 100, "an interim answer that nobody has sent: " + head);
            head = head();
        }
        return body(head, method);
    }

    private Wire.Head head() throws IOException, Ended {
        String line = line(true);
        Matcher status = STATUS.matcher(line);
        check(status.matches(), "no status line: " + line);
        return new Wire.Head(line.substring(0, 8), Integer.parseInt(status.group(1)), headers());
    }

    private Wire.Answer body(Wire.Head head, String method) throws IOException, Ended {
        List<String> lengths = head.all("content-length");
        List<String> encodings = head.all("transfer-encoding");
        check(lengths.size() + encodings.size() <= 1, "framed twice: " + head);
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            return new Wire.Answer(head, new byte[0], List.of());
        }
        if (encodings.isEmpty()) {
            check(lengths.size() == 1 && lengths.getFirst().matches("[0-9]{1,9}"), "not framed: " + head);
            return new Wire.Answer(head, read(Integer.parseInt(lengths.getFirst())), List.of());
        }
        check(encodings.getFirst().equals("chunked"), "an encoding: " + head);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunk(); size > 0; size = chunk()) {
            body.writeBytes(read(size));
            check(line(false).isEmpty(), "no end of a chunk");
        }
        return new Wire.Answer(head, body.toByteArray(), headers());
    }

    private int chunk() throws IOException, Ended {
        String size = line(false);
        check(size.matches("[0-9A-Fa-f]{1,7}"), "no size of a chunk: " + size);
        return Integer.parseInt(size, 16);
    }

    private List<Wire.Header> headers() throws IOException, Ended {
        List<Wire.Header> headers = new ArrayList<>();
        for (String line = line(false); !line.isEmpty(); line = line(false)) {
            Matcher header = HEADER.matcher(line);
            check(header.matches(), "no header: " + line);
            headers.add(new Wire.Header(header.group(1), header.group(2)));
        }
        return headers;
    }

    /** A line that ends with CRLF. The connection may end where the first one of an answer begins. */
    private String line(boolean first) throws IOException, Ended {
        StringBuilder line = new StringBuilder();
        while (line.length() < 2 || line.charAt(line.length() - 1) != '\n') {
            int next = read();
            if (next < 0 && first && line.isEmpty()) {
                throw new Ended();
            }
            check(next >= 0, "the connection ended in a line: " + line);
            line.append((char) next);
            check(next != '\n' || line.toString().endsWith("\r\n"), "a line that ends with LF only: " + line);
        }
        return line.substring(0, line.length() - 2);
    }

    private byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int next = read();
            check(next >= 0, "the connection ended after " + i + " of " + length + " bytes");
            bytes[i] = (byte) next;
        }
        return bytes;
    }

    private int read() throws IOException {
        try {
            return in.read();
        } catch (SocketTimeoutException hang) {
            throw new AssertionError("nothing came within 10 s", hang);
        } catch (SocketException reset) {
            return -1;
        }
    }

    /** The next frame of HTTP/2; null at the end of the connection, which may be in a frame if it was reset. */
    Http2Wire.@Nullable Frame frame() throws IOException {
        byte[] head = new byte[9];
        for (int i = 0; i < head.length; i++) {
            int next = read();
            if (next < 0) {
                return null;
            }
            head[i] = (byte) next;
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        int length = (fields.get() & 0xff) << 16 | (fields.getShort() & 0xffff);
        check(length <= 16384, "a frame of " + length + " bytes");
        return new Http2Wire.Frame(fields.get(), fields.get() & 0xff, fields.getInt(), ByteBuffer.wrap(read(length)));
    }

    private static void check(boolean valid, String what) {
        if (!valid) {
            throw new AssertionError(what);
        }
    }

    /** Waits for the end, and says what came until then that nobody has read. */
    String rest() throws IOException {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        for (int next = read(); next >= 0; next = read()) {
            rest.write(next);
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
