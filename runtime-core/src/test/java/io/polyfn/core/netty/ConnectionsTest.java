package io.polyfn.core.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.testing.Loop;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With real sockets, because the rules here are about what the kernel and the native transport report. */
@EnabledOnOs(OS.LINUX)
@Timeout(40)
class ConnectionsTest {
    private final Loop loop = new Loop();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void aPortWhereNobodyListensRefuses() throws IOException {
        int closed;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = probe.getLocalPort();
        }

        assertThat(Connections.refused(connecting(SocketAddress.inetSocketAddress(closed, "127.0.0.1"))))
                .isTrue();
    }

    @Test
    void aUnixSocketThatIsGoneRefuses() {
        String gone = folder.resolve("gone.sock").toString();

        assertThat(Connections.refused(connecting(SocketAddress.domainSocketAddress(gone))))
                .isTrue();
    }

    @Test
    void anotherFailureToConnectIsNoRefusal() {
        assertThat(Connections.refused(new ConnectException("connection timed out")))
                .isFalse();
        assertThat(Connections.refused(new ConnectException())).isFalse();
        assertThat(Connections.refused(new IOException("Connection refused"))).isFalse();
    }

    @Test
    void aConnectionThatThePeerResetsIsRecognized() throws Exception {
        assertThat(Connections.reset(failureOfAReset())).isTrue();
    }

    @Test
    void anotherFailureIsNoReset() {
        assertThat(Connections.reset(new IOException("Connection reset"))).isFalse();
        assertThat(Connections.reset(new ConnectException("Connection refused")))
                .isFalse();
    }

    private Throwable connecting(SocketAddress address) {
        return loop.awaitFailure(() -> loop.vertx().createNetClient().connect(address));
    }

    /** What a server's connection reports when its client resets it after the response. */
    private Throwable failureOfAReset() throws IOException {
        Promise<Throwable> failure = Promise.promise();
        Promise<Void> responded = Promise.promise();
        int port = loop.await(() -> loop.vertx()
                .createHttpServer()
                .requestHandler(request -> {
                    request.connection().exceptionHandler(failure::tryComplete);
                    request.response().end("unread").onComplete(responded);
                })
                .listen(0, "127.0.0.1")
                .map(server -> server.actualPort()));
        try (Socket client = new Socket()) {
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            loop.await(responded::future);
            // Otherwise Java ends its output in order before it closes the socket.
            client.setSoLinger(true, 0);
        }
        return loop.await(failure::future);
    }
}
