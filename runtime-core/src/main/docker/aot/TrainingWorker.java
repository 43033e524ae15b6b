import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A worker for the core's training run, for which no language is at hand: it answers whatever is asked on its Unix socket.
 *
 * <p>A request fits into one read there, so this reads no HTTP: an event in, the same answer out; a path that begins with /stream is
 * answered in chunks, one that begins with /break by closing the connection.
 */
class TrainingWorker {
    private static final byte[] ANSWER = bytes("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nx-fc-status: 200\r\nContent-Length: 5\r\n\r\nhello");
    private static final byte[] STREAM = bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nworld\r\n0\r\n\r\n");

    public static void main(String[] args) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(System.getenv("POLYFN_SOCKET")));
        while (true) {
            SocketChannel caller = server.accept();
            Thread.ofVirtual().start(() -> answer(caller));
        }
    }

    private static void answer(SocketChannel caller) {
        ByteBuffer request = ByteBuffer.allocate(64 * 1024);
        try (caller) {
            while (caller.read(request.clear()) > 0) {
                String line = new String(request.array(), 0, Math.min(request.position(), 40), StandardCharsets.US_ASCII);
                if (line.contains(" /break")) {
                    return;
                }
                caller.write(ByteBuffer.wrap(line.contains(" /stream") ? STREAM : ANSWER));
            }
        } catch (IOException left) {
            // The core closes connections as it likes.
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
