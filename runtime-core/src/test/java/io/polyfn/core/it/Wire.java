package io.polyfn.core.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One connection to the core: writes requests byte by byte, reads answers piece by piece, and hides nothing. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;
    private static final byte[] NONE = {};

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Wire(int port) {
        this(port, 0);
    }

    /** @param receiveBuffer how much arrives before it is read; 0 for the system's own choice, which is megabytes */
    Wire(int port, int receiveBuffer) {
        try {
            socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A header line. */
    record Header(String name, String value) {}

    /** An answer's head. */
    record Head(String version, int status, List<Header> headers) {
        /** The values of a header, joined; empty if it is not there. */
        String header(String name) {
            return String.join(", ", all(name));
        }

        List<String> all(String name) {
            return headers.stream()
                    .filter(header -> header.name().equalsIgnoreCase(name))
                    .map(Header::value)
                    .toList();
        }

        String failure() {
            return header("x-polyfn-failure");
        }
    }

    /** A whole answer. */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(Head head, byte[] body, List<Header> trailers) {
        int status() {
            return head.status();
        }

        String header(String name) {
            return head.header(name);
        }

        String failure() {
            return head.failure();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Sends a whole request; with a body of known length, unless that is null. */
    Wire request(String method, String path, byte[] body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        if (body != null) {
            all.add("Content-Length: " + body.length);
        }
        return head(method, path, all.toArray(String[]::new)).send(body == null ? NONE : body);
    }

    /** Sends an event. */
    Wire invoke(String event, String... headers) {
        return request("POST", "/invoke", event.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Sends a request's head; a Host is added, nothing else. */
    Wire head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: function.test\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head + "\r\n");
    }

    /** Sends one chunk of a chunked body. */
    Wire chunk(byte[] data) {
        return send(Integer.toHexString(data.length) + "\r\n").send(data).send("\r\n");
    }

    Wire chunk(String data) {
        return chunk(data.getBytes(StandardCharsets.UTF_8));
    }

    Wire lastChunk() {
        return send("0\r\n\r\n");
    }

    Wire send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) {
        try {
            out.write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the sending side only. */
    Wire endSending() {
        try {
            socket.shutdownOutput();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer answer() {
        return answer("GET");
    }

    /** Reads a whole answer to the method, interim ones skipped. */
    Answer answer(String method) {
        Head head = readHead();
        while (head.status() < 200 && head.status() != 101) {
            head = readHead();
        }
        return body(head, method);
    }

    Answer body(Head head, String method) {
        List<Header> trailers = List.of();
        byte[] body;
        if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
            body = NONE;
        } else if (head.header("transfer-encoding").equals("chunked")) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] chunk = readChunk(); chunk.length > 0; chunk = readChunk()) {
                all.writeBytes(chunk);
            }
            trailers = readHeaders();
            body = all.toByteArray();
        } else if (head.header("content-length").isEmpty()) {
            body = readToEnd();
        } else {
            body = read(Integer.parseInt(head.header("content-length")));
        }
        return new Answer(head, body, trailers);
    }

    Head readHead() {
        String line = readLine();
        String[] parts = line.split(" ", 3);
        if (parts.length < 2) {
            throw new IllegalStateException("not an answer: '" + line + "'");
        }
        return new Head(parts[0], Integer.parseInt(parts[1]), readHeaders());
    }

    private List<Header> readHeaders() {
        List<Header> headers = new ArrayList<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.add(new Header(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip()));
        }
        return headers;
    }

    /** The next chunk as it was sent; the last one is empty and leaves the trailers to be read. */
    byte[] readChunk() {
        int size = Integer.parseInt(readLine(), 16);
        if (size == 0) {
            return NONE;
        }
        byte[] data = read(size);
        readLine();
        return data;
    }

    String readText() {
        return new String(readChunk(), StandardCharsets.UTF_8);
    }

    byte[] read(int length) {
        try {
            byte[] data = in.readNBytes(length);
            if (data.length < length) {
                throw new EOFException("the connection ended after " + data.length + " of " + length + " bytes");
            }
            return data;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the other side has ended the connection, properly or not, with nothing left to read. Waits for it. */
    boolean ended() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Whether the other side ends the connection, and has sent no more than one final answer until then. */
    boolean endsAfterAtMostOneAnswer() {
        try {
            String all = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return all.lastIndexOf("HTTP/1.1 ") <= 0;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private byte[] readToEnd() {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String readLine() {
        try {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("the connection ended in a line: '" + line + "'");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Leaves without a word of farewell (a reset). */
    void leave() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
