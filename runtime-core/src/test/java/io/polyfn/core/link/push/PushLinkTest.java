package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.link.HookResponse;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.platform.Hook;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hooks over the push link. */
@Timeout(40)
class PushLinkTest extends ExchangeFixture {
    @Test
    void aHookGetsTheWholeAnswer() {
        SocketAddress address = listen(request -> request.response()
                .setStatusCode(request.method().equals(HttpMethod.POST) ? 200 : 404)
                .putHeader("x-path", request.path())
                .end("said " + request.getHeader("x-fc-request-id")));
        PushLink link = new PushLink(
                loop.vertx(), address, exit.future(), new ByteBudget(1 << 20), new Tunnels(), (useless, reason) -> {});

        HookResponse answer = loop.await(() ->
                link.call(Hook.INITIALIZE, MultiMap.caseInsensitiveMultiMap().add("x-fc-request-id", "id")));

        assertThat(answer.succeeded()).isTrue();
        assertThat(answer.headers().get("x-path")).isEqualTo("/initialize");
        assertThat(answer.body().toString()).isEqualTo("said id");
        assertThat(loop.await(() -> link.call(Hook.PRE_STOP, MultiMap.caseInsensitiveMultiMap()))
                        .succeeded())
                .isFalse();
    }

    @Test
    void aHookWithoutAWholeAnswerFails() {
        SocketAddress address = listenRaw(socket -> {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
            socket.close();
        });
        PushLink link = new PushLink(
                loop.vertx(), address, exit.future(), new ByteBudget(1 << 20), new Tunnels(), (useless, reason) -> {});

        assertThat(loop.awaitFailure(() -> link.call(Hook.PRE_FREEZE, MultiMap.caseInsensitiveMultiMap())))
                .isNotNull();
    }

    private SocketAddress listen(Handler<HttpServerRequest> handler) {
        return loop.await(() -> loop.vertx()
                .createHttpServer()
                .requestHandler(handler)
                .listen(0, "localhost")
                .map(server -> SocketAddress.inetSocketAddress(server.actualPort(), "localhost")));
    }
}
