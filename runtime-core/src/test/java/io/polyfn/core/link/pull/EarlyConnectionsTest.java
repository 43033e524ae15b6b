package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EarlyConnectionsTest {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    private final List<String> connections = new ArrayList<>();
    private EarlyConnections early;
    private Socket worker;

    /** The worker connects before there is a server. */
    @BeforeEach
    void connect() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocketChannel held = ServerSocketChannel.open()
                .setOption(StandardSocketOptions.SO_REUSEPORT, true)
                .bind(new InetSocketAddress(loopback, 0));
        int port = ((InetSocketAddress) held.getLocalAddress()).getPort();
        worker = new Socket(loopback, port);
        worker.setSoTimeout(10_000);
        early = new EarlyConnections(port);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setReusePort(true))
                .requestHandler(request -> {
                    connections.add(request.connection().toString());
                    early.closeAfterResponse(request);
                    request.response()
                            .end(String.valueOf(
                                    early.workersPort(request.remoteAddress().port())));
                });
        server.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        early.serve(held);
    }

    @AfterEach
    void close() throws Exception {
        worker.close();
        vertx.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void pollsOfAWorkerThatHasNothingToPostComeOverOneConnection() throws Exception {
        assertThat(response("GET")).isEqualTo(String.valueOf(worker.getLocalPort()));
        assertThat(response("GET")).isEqualTo(String.valueOf(worker.getLocalPort()));

        assertThat(connections).hasSize(2).containsOnly(connections.getFirst());
    }

    @Test
    void theConnectionIsClosedAfterAPost() throws Exception {
        response("GET");
        response("POST");

        assertThat(worker.getInputStream().read()).isEqualTo(-1);
    }

    /** @return the body, which is one line */
    private String response(String method) throws IOException {
        worker.getOutputStream()
                .write((method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(worker.getInputStream(), StandardCharsets.US_ASCII));
        int length = 0;
        for (String line = lines.readLine(); !line.isEmpty(); line = lines.readLine()) {
            length = line.startsWith("content-length: ") ? Integer.parseInt(line.substring(16)) : length;
        }
        char[] body = new char[length];
        assertThat(lines.read(body)).isEqualTo(length);
        return new String(body);
    }
}
