package io.polyfn.core.it;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Collects whole messages: text as it is, binary as its hash. */
final class Messages implements WebSocket.Listener {
    private static final int PATIENCE_SECONDS = 40;

    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final BlockingQueue<String> whole = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final CompletableFuture<Void> goesOn;

    Messages() {
        this(CompletableFuture.completedFuture(null));
    }

    /** @param goesOn until then no more is read than the first piece of a message */
    Messages(CompletableFuture<Void> goesOn) {
        this.goesOn = goesOn;
    }

    /** Opens a WebSocket whose messages are collected here. */
    WebSocket from(CoreProcess core, String path) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + core.port() + path), this)
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The headers of a handshake by hand. */
    static String[] upgrade() {
        return new String[] {
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        };
    }

    String next() throws InterruptedException {
        return whole.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The code of the close frame that has come. */
    int code() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            whole.add(text.toString());
            text.setLength(0);
        }
        var _ = goesOn.thenRun(() -> socket.request(1));
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        begun.complete(null);
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        binary.writeBytes(bytes);
        if (last) {
            whole.add(CoreProcess.sha256(binary.toByteArray()));
            binary.reset();
        }
        var _ = goesOn.thenRun(() -> socket.request(1));
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
