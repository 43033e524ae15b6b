package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Applications of the frameworks that people use, unchanged, with what npm brings. */
class NodejsAppsIT {

    @Test
    void anExpressAppRunsAsItIs() throws Exception {
        try (var app = FunctionContainer.nodejsWithDependencies("apps").handler("express.default")) {
            app.start();

            assertThat(app.get("/users/7?verbose=1").body()).isEqualTo("{\"id\":\"7\",\"query\":{\"verbose\":\"1\"}}");
            var sum = app.send(HttpRequest.newBuilder(app.uri("/sum"))
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofString("[1,2,3]")));
            assertThat(sum.statusCode()).isEqualTo(201);
            assertThat(sum.body()).isEqualTo("{\"sum\":6}");
            assertThat(app.get("/missing").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aHonoAppRunsAsItIs() throws Exception {
        try (var app = FunctionContainer.nodejsWithDependencies("apps").handler("hono.default")) {
            app.start();

            assertThat(app.get("/users/7?verbose=1").body()).isEqualTo("{\"id\":\"7\",\"query\":{\"verbose\":\"1\"}}");
            assertThat(app.get("/missing").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void webSocketsPassWithLargeMessagesAndTheCloseCode() throws Exception {
        try (var app = FunctionContainer.nodejsWithDependencies("apps").handler("websocket.default")) {
            app.start();
            var heard = new LinkedBlockingQueue<String>();
            var socket = app.client()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create(app.uri("/chat").toString().replace("http:", "ws:")), new Listener(heard))
                    .get(10, TimeUnit.SECONDS);

            String large = "x".repeat(1024 * 1024);
            socket.sendText("hello", true).join();
            socket.sendText(large, true).join();
            socket.sendText("close", true).join();

            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(large);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("closed 4000 as asked");
            assertThat(app.get("/").body()).isEqualTo("a web page");
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<String> heard;
        private final StringBuilder message = new StringBuilder();

        Listener(BlockingQueue<String> heard) {
            this.heard = heard;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                heard.add(message.toString());
                message.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add("closed " + status + " " + reason);
            return null;
        }
    }
}
