package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.testing.Loop;
import io.polyfn.core.testing.TestClock;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.streams.WriteStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A real caller, an exchange, and a small real worker, on port 0 or a Unix socket. */
abstract class ExchangeFixture {
    static final long NO_LIMIT = Long.MAX_VALUE;

    final Loop loop = new Loop();
    final TestClock clock = new TestClock();
    final Promise<WorkerExit> exit = Promise.promise();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    final List<String> observed = new CopyOnWriteArrayList<>();
    final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    final HttpClient caller = loop.vertx()
            .createHttpClient(new HttpClientOptions().setMaxPoolSize(200).setKeepAlive(true));
    long bodyLimit = NO_LIMIT;

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        loop.close();
        assertThat(loop.unhandled()).isEmpty();
    }

    int statusOf(Front front) {
        return loop.await(() -> front.open(HttpMethod.GET, "/")
                .compose(HttpClientRequest::send)
                .compose(answer -> answer.body().map(answer.statusCode())));
    }

    InvocationFailure failure() {
        await().until(() -> !failures.isEmpty());
        return (InvocationFailure) failures.getFirst();
    }

    /** The answer without its body, which waits to be asked for. */
    static Future<HttpClientResponse> headOf(Future<HttpClientResponse> answer) {
        return answer.onSuccess(HttpClientResponse::pause);
    }

    String textOf(HttpClientResponse answer) {
        return loop.await(() -> {
            Future<Buffer> body = answer.body();
            answer.resume();
            return body.map(Buffer::toString);
        });
    }

    String bodyOf(HttpClientRequest request) {
        return loop.await(() -> request.send().compose(HttpClientResponse::body).map(Buffer::toString));
    }

    /** Writes as fast as the other side takes it. */
    static void pour(WriteStream<Buffer> to, Buffer chunk, int times, AtomicInteger written) {
        while (written.get() < times) {
            if (to.writeQueueFull()) {
                to.drainHandler(drained -> pour(to, chunk, times, written));
                return;
            }
            written.incrementAndGet();
            to.write(chunk);
        }
        to.end();
    }

    Front worker(Handler<HttpServerRequest> handler) {
        return worker(handler, new AtomicInteger());
    }

    Front worker(Handler<HttpServerRequest> handler, AtomicInteger connections) {
        return front(loop.await(() -> loop.vertx()
                .createHttpServer()
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(handler)
                .listen(0, "localhost")
                .map(server -> SocketAddress.inetSocketAddress(server.actualPort(), "localhost"))));
    }

    Front worker(SocketAddress address, Handler<HttpServerRequest> handler) {
        loop.await(() -> loop.vertx().createHttpServer().requestHandler(handler).listen(address));
        return front(address);
    }

    /** A worker that says what the test wants, as soon as it has read something. */
    Front raw(Handler<NetSocket> answer) {
        return front(listenRaw(answer));
    }

    SocketAddress listenRaw(Handler<NetSocket> answer) {
        return loop.await(() -> loop.vertx()
                .createNetServer()
                .connectHandler(socket -> socket.handler(head -> answer.handle(socket)))
                .listen(0, "localhost")
                .map(server -> SocketAddress.inetSocketAddress(server.actualPort(), "localhost")));
    }

    Front front(SocketAddress worker) {
        return new Front(worker);
    }

    /** The part of the core that stands before an exchange: a public server. Answers with 599 where the exchange fails. */
    final class Front {
        final List<HttpServerResponse> responses = new ArrayList<>();
        private final int port;

        Front(SocketAddress worker) {
            port = loop.await(() -> {
                ByteBudget memory = new ByteBudget(1 << 20);
                WorkerClient created = new WorkerClient(
                        loop.vertx(),
                        worker,
                        exit.future(),
                        memory,
                        new PooledConnections(clock::nanoTime, clock::currentTimeMillis, memory),
                        new Tunnels());
                return loop.vertx()
                        .createHttpServer()
                        .requestHandler(request -> exchange(created, request))
                        .listen(0, "localhost")
                        .map(server -> server.actualPort());
            });
        }

        private void exchange(WorkerClient to, HttpServerRequest request) {
            responses.add(request.response());
            Inbound inbound = Inbound.of(request);
            Caller from = new Caller(request, () -> false);
            Exchange exchange = new PushExchange(
                            to,
                            new ByteBudget(1 << 20),
                            new ForwardRequest(inbound, additional(request), false, bodyLimit),
                            from,
                            new Observer(from),
                            handedOver -> {})
                    .start();
            exchanges.add(exchange);
            exchange.done().onFailure(failure -> {
                failures.add(failure);
                HttpServerResponse response = request.response();
                if (response.headWritten()) {
                    response.reset();
                } else {
                    response.headers().clear();
                    response.setChunked(false).setStatusCode(599).end();
                    if (!request.isEnded()) {
                        request.handler(ignored -> {});
                        request.resume();
                    }
                }
            });
        }

        /** An HTTP/2 caller may send what HTTP/1.1 cannot carry; the path stands in for one. */
        private static MultiMap additional(HttpServerRequest request) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            if (request.path().equals("/two-lines")) {
                headers.add("x-two", "lines\nin one value");
            }
            return headers;
        }

        Future<HttpClientRequest> open(HttpMethod method, String uri) {
            return caller.request(method, port, "localhost", uri);
        }

        HttpClientRequest request(HttpMethod method, String uri) {
            return loop.await(() -> open(method, uri));
        }
    }

    final class Observer implements ResponseObserver {
        private final Caller to;

        Observer(Caller to) {
            this.to = to;
        }

        @Override
        public void head(int status, @Nullable String fcStatus) {
            observed.add("head " + to.status() + " x-mine=" + to.headers().get("x-mine"));
            to.headers().set("x-observed", "yes");
        }

        @Override
        public void beforeEnd() {
            observed.add("beforeEnd");
        }
    }
}
