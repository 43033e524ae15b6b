package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.platform.Hook;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges between a real caller and a small real worker, on port 0 or a Unix socket. */
@Timeout(40)
class PushExchangeTest {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Loop loop = new Loop();
    private final TestClock clock = new TestClock();
    private final Promise<WorkerExit> exit = Promise.promise();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<String> observed = new CopyOnWriteArrayList<>();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final HttpClient caller = loop.vertx()
            .createHttpClient(new HttpClientOptions().setMaxPoolSize(200).setKeepAlive(true));
    private long bodyLimit = NO_LIMIT;

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        loop.close();
        assertThat(loop.unhandled()).isEmpty();
    }

    @Test
    void carriesARequestAndItsAnswerWhole() {
        Front front = worker(request -> request.body()
                .onSuccess(body -> request.response()
                        .setStatusCode(201)
                        .setStatusMessage("Made")
                        .putHeader("x-method", request.method().name())
                        .putHeader("x-uri", request.uri())
                        .putHeader("x-header", request.getHeader("x-one"))
                        .putHeader("x-host", request.getHeader("host"))
                        .putHeader("x-length", String.valueOf(request.getHeader("content-length")))
                        .end(body)));

        HttpClientRequest request = front.request(HttpMethod.PUT, "/a%20b/?q=1&q=%C3%A9");
        request.putHeader("x-one", "1").putHeader("host", "example.org:81");
        HttpClientResponse answer = loop.await(() -> headOf(request.send("body")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.getHeader("x-method")).isEqualTo("PUT");
        assertThat(answer.getHeader("x-uri")).isEqualTo("/a%20b/?q=1&q=%C3%A9");
        assertThat(answer.getHeader("x-header")).isEqualTo("1");
        assertThat(answer.getHeader("x-host")).isEqualTo("example.org:81");
        assertThat(answer.getHeader("x-length")).isEqualTo("4");
        assertThat(answer.getHeader("content-length")).isEqualTo("4");
        assertThat(textOf(answer)).isEqualTo("body");
        assertThat(failures).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void goesOverAUnixSocketAsWell() {
        SocketAddress socket =
                SocketAddress.domainSocketAddress(folder.resolve("worker.sock").toString());
        Front front = worker(socket, request -> request.response().end("over " + request.path()));

        HttpClientRequest request = front.request(HttpMethod.GET, "/the-socket");

        assertThat(bodyOf(request)).isEqualTo("over /the-socket");
    }

    @Test
    void theAnswerIsObservedFromItsHeadToJustBeforeItsEnd() {
        Promise<Void> go = Promise.promise();
        Front front = worker(request -> {
            request.response().setChunked(true).putHeader("x-mine", "1").write("first");
            go.future().onSuccess(now -> request.response().end("last"));
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        HttpClientResponse answer = loop.await(() -> headOf(request.send()));

        assertThat(observed).containsExactly("head 200 x-mine=1");
        assertThat(answer.getHeader("x-observed")).isEqualTo("yes");
        loop.perform(() -> go.complete());
        assertThat(textOf(answer)).isEqualTo("firstlast");
        assertThat(observed).containsExactly("head 200 x-mine=1", "beforeEnd");
        assertThat(exchanges.getFirst().done().succeeded()).isTrue();
    }

    @Test
    void bothBodiesFlowAtTheSameTime() {
        Front front = worker(request -> {
            request.response().setChunked(true);
            request.handler(chunk -> request.response().write("echo " + chunk + ";"));
            request.endHandler(end -> request.response().end("done"));
        });
        HttpClientRequest request = front.request(HttpMethod.POST, "/");
        List<String> heard = new CopyOnWriteArrayList<>();
        loop.perform(() -> {
            request.setChunked(true);
            request.response().onSuccess(answer -> answer.handler(chunk -> heard.add(chunk.toString())));
            request.write("one");
        });

        await().until(() -> String.join("", heard).equals("echo one;"));
        loop.perform(() -> request.write("two"));
        await().until(() -> String.join("", heard).equals("echo one;echo two;"));
        loop.perform(() -> request.end());
        await().until(() -> String.join("", heard).equals("echo one;echo two;done"));
        await().until(() -> exchanges.getFirst().done().succeeded());
    }

    @Test
    void theHeadOfAStreamGoesOutBeforeItsFirstByte() {
        Front front = worker(request -> {
            request.response().setChunked(true).putHeader("content-type", "text/event-stream");
            request.response().write("");
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        HttpClientResponse answer = loop.await(() -> headOf(request.send()));

        assertThat(answer.getHeader("content-type")).isEqualTo("text/event-stream");
        assertThat(exchanges.getFirst().done().isComplete()).isFalse();
    }

    @Test
    void aSlowCallerHoldsTheWorkerBack() {
        AtomicInteger written = new AtomicInteger();
        int chunks = 2_000;
        Front front = worker(request -> {
            HttpServerResponse response = request.response().setChunked(true);
            pour(response, Buffer.buffer(new byte[64 * 1024]), chunks, written);
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");
        HttpClientResponse answer = loop.await(() -> headOf(request.send()));

        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(written::get, n -> n < chunks);
        int before = written.get();
        Long total = loop.await(() -> sizeOf(answer));

        assertThat(before).as("a bounded part of it is under way").isLessThan(chunks / 2);
        assertThat(total).isEqualTo(chunks * 64L * 1024);
    }

    @Test
    void aSlowWorkerHoldsTheCallerBack() {
        AtomicInteger written = new AtomicInteger();
        int chunks = 2_000;
        Promise<HttpServerRequest> arrived = Promise.promise();
        Front front = worker(request -> {
            request.pause();
            arrived.complete(request);
        });
        HttpClientRequest request = front.request(HttpMethod.POST, "/");
        loop.perform(() -> {
            request.setChunked(true);
            pour(request, Buffer.buffer(new byte[64 * 1024]), chunks, written);
        });
        HttpServerRequest atWorker = loop.await(arrived::future);

        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(written::get, n -> n < chunks / 2);
        AtomicInteger total = new AtomicInteger();
        loop.perform(() -> {
            atWorker.handler(chunk -> total.addAndGet(chunk.length()));
            atWorker.endHandler(end -> atWorker.response().end());
            atWorker.resume();
        });

        assertThat(loop.await(request::response).statusCode()).isEqualTo(200);
        assertThat(total).hasValue(chunks * 64 * 1024);
    }

    @Test
    void trailersPassBack() {
        Front front = worker(request -> {
            HttpServerResponse response = request.response()
                    .setChunked(true)
                    .putHeader("Trailer", "X-Sum")
                    .putTrailer("X-Sum", "abc");
            response.write("x");
            response.end();
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        HttpClientResponse answer = loop.await(() -> headOf(request.send()));
        textOf(answer);

        assertThat(answer.getTrailer("X-Sum")).isEqualTo("abc");
        assertThat(answer.getHeader("Trailer")).isEqualTo("X-Sum");
    }

    @Test
    void aHeadKeepsTheLengthOfTheBodyItDoesNotHave() {
        Front front = worker(request -> {
            if (request.method().equals(HttpMethod.HEAD)) {
                request.response().putHeader("content-length", "1234");
            }
            request.response().end();
        });
        HttpClientRequest request = front.request(HttpMethod.HEAD, "/");

        HttpClientResponse answer = loop.await(() -> headOf(request.send()));

        assertThat(answer.getHeader("content-length")).isEqualTo("1234");
        assertThat(textOf(answer)).isEmpty();
        assertThat(carriesOn(front)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void anAnswerThatHasNoBodyIsNotFramedAsIfItHad(int status) {
        Front front = worker(request -> request.response()
                .setStatusCode(status)
                .putHeader("etag", "\"1\"")
                .end());
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        HttpClientResponse answer = loop.await(() -> headOf(request.send()));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.getHeader("etag")).isEqualTo("\"1\"");
        assertThat(answer.getHeader("transfer-encoding")).isNull();
        assertThat(carriesOn(front)).isTrue();
    }

    @Test
    void a304KeepsTheLengthOfWhatTheCallerHas() {
        Front front = raw(socket -> socket.write("HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\n\r\n"));
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        HttpClientResponse answer = loop.await(() -> headOf(request.send()));

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(textOf(answer)).isEmpty();
        await().until(() -> exchanges.getFirst().done().succeeded());
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsPassedWhole() {
        Front front = raw(socket -> {
            socket.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
            socket.end();
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        assertThat(bodyOf(request)).isEqualTo("all of it");
        assertThat(observed).endsWith("beforeEnd");
    }

    @Test
    void aWorkerThatClosesInTheMiddleOfAnAnswerFailsIt() {
        Front front = raw(socket -> {
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome of it");
            socket.close();
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        loop.awaitFailure(() -> request.send().compose(HttpClientResponse::body));

        assertThat(failure().code()).isEqualTo(FailureCode.BAD_WORKER_ANSWER);
        assertThat(observed).doesNotContain("beforeEnd");
    }

    @Test
    void aWorkerThatClosesInTheMiddleOfAChunkedAnswerFailsIt() {
        Front front = raw(socket -> {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsome \r\n");
            socket.close();
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");

        loop.awaitFailure(() -> request.send().compose(HttpClientResponse::body));

        assertThat(failure().code()).isEqualTo(FailureCode.BAD_WORKER_ANSWER);
    }

    @ParameterizedTest
    @CsvSource({
        "'', the worker closed the connection before completing its response",
        "HTTP/1.1 200, the worker closed the connection before completing its response",
        "not HTTP at all\\r\\n\\r\\n, the worker's response is malformed: it does not follow HTTP/1.1",
        "HTTP/1.1 abc OK\\r\\n\\r\\n, the worker's response is malformed: it does not follow HTTP/1.1"
    })
    void aWorkerThatClosesWithoutAnAnswerFailsTheInvocation(String rubbish, String reason) {
        Front front = raw(socket -> {
            socket.write(rubbish.translateEscapes());
            socket.close();
        });

        assertThat(statusOf(front)).isEqualTo(599);
        assertThat(failure().code()).isEqualTo(FailureCode.BAD_WORKER_ANSWER);
        assertThat(failure().message()).startsWith(reason);
    }

    @Test
    void aWorkerThatEndsDuringTheInvocationIsNamedByItsExit() {
        Front front = raw(socket -> {
            socket.close();
            exit.complete(new WorkerExit(139, "oh no"));
        });

        assertThat(statusOf(front)).isEqualTo(599);
        assertThat(failure().code()).isEqualTo(FailureCode.WORKER_EXITED);
        assertThat(failure().message()).contains("signal 11 (SIGSEGV)", "oh no");
    }

    @Test
    void aWorkerThatEndsWhileSomebodyElseHoldsItsConnectionFailsTheInvocationToo() {
        Front front = raw(socket -> exit.complete(new WorkerExit(1, "")));

        assertThat(statusOf(front)).isEqualTo(599);
        assertThat(failure().code()).isEqualTo(FailureCode.WORKER_EXITED);
    }

    @Test
    void aRefusedConnectionDeliveredNothing() {
        Front front = front(SocketAddress.inetSocketAddress(closedPort(), "localhost"));

        assertThat(statusOf(front)).isEqualTo(599);
        assertThat(failures).singleElement().isInstanceOf(Exchange.NotDelivered.class);
    }

    @Test
    void aMissingUnixSocketDeliveredNothing() {
        Front front =
                front(SocketAddress.domainSocketAddress(folder.resolve("none").toString()));

        assertThat(statusOf(front)).isEqualTo(599);
        assertThat(failures).singleElement().isInstanceOf(Exchange.NotDelivered.class);
    }

    @Test
    void theBodyOverTheLimitIsCutOffAndTheWorkersRequestAborted() {
        bodyLimit = 10;
        AtomicInteger reset = new AtomicInteger();
        Front front = worker(request -> request.exceptionHandler(broken -> reset.incrementAndGet()));
        HttpClientRequest request = front.request(HttpMethod.POST, "/");
        loop.perform(() -> {
            request.setChunked(true);
            request.write("0123456789");
            request.end("x");
        });

        assertThat(loop.await(request::response).statusCode()).isEqualTo(599);
        assertThat(failure().code()).isEqualTo(FailureCode.PAYLOAD_TOO_LARGE);
        await().until(reset::get, n -> n == 1);
    }

    @Test
    void anAbortReachesTheWorker() {
        AtomicInteger closed = new AtomicInteger();
        Front front = worker(request -> request.connection().closeHandler(gone -> closed.incrementAndGet()));
        HttpClientRequest request = front.request(HttpMethod.GET, "/");
        loop.perform(() -> request.send());
        await().until(() -> !exchanges.isEmpty());

        await().until(() -> {
            loop.perform(() -> exchanges.getFirst().abort());
            return closed.get() == 1;
        });

        assertThat(exchanges.getFirst().done().isComplete())
                .as("the outcome is the aborter's to tell")
                .isFalse();
    }

    @Test
    void anAbortInTheMiddleOfAnAnswerEndsTheCopying() {
        AtomicInteger written = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        Front front = worker(request -> {
            request.connection().closeHandler(gone -> closed.incrementAndGet());
            pour(request.response().setChunked(true), Buffer.buffer(new byte[64 * 1024]), 1_000, written);
        });
        HttpClientRequest request = front.request(HttpMethod.GET, "/");
        HttpClientResponse answer = loop.await(() -> headOf(request.send()));
        await().until(() -> written.get() > 10);

        loop.perform(() -> {
            exchanges.getFirst().abort();
            front.responses.getFirst().reset();
        });

        await().until(() -> closed.get() == 1);
        loop.awaitFailure(() -> {
            Future<Buffer> body = answer.body();
            answer.resume();
            return body;
        });
    }

    @Test
    void anAnswerThatComesBeforeTheRequestsEndDoesNotLeaveTheCallerStuck() {
        boolean[] answered = {false};
        Front front = raw(socket -> {
            if (!answered[0]) {
                answered[0] = true;
                socket.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
            }
        });
        HttpClientRequest request = front.request(HttpMethod.POST, "/");
        AtomicInteger written = new AtomicInteger();
        loop.perform(() -> {
            request.setChunked(true);
            pour(request, Buffer.buffer(new byte[64 * 1024]), 500, written);
        });

        assertThat(loop.await(request::response).statusCode()).isEqualTo(403);
        await("the caller can send the rest").until(written::get, n -> n == 500);
        assertThat(failures).isEmpty();
    }

    @Test
    void connectionsAreUsedAgain() {
        AtomicInteger connections = new AtomicInteger();
        Front front = worker(request -> request.response().end(), connections);

        for (int i = 0; i < 10; i++) {
            assertThat(statusOf(front)).isEqualTo(200);
        }

        assertThat(connections).hasValue(1);
    }

    @Test
    void aConnectionThatWentStaleInAFreezeCostsNoInvocation() {
        AtomicInteger connections = new AtomicInteger();
        // The worker closes an idle connection, as Node.js does after 5 s, at the very moment when it is used again.
        Front front = raw(new Handler<>() {
            @Override
            public void handle(NetSocket socket) {
                if (!seen.add(socket)) {
                    socket.close();
                    return;
                }
                connections.incrementAndGet();
                socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }

            private final java.util.Set<NetSocket> seen = new java.util.HashSet<>();
        });

        for (int i = 1; i <= 20; i++) {
            assertThat(statusOf(front)).isEqualTo(200);
            if (i % 2 == 0) {
                clock.suspend(Duration.ofHours(1));
            } else {
                clock.advance(Duration.ofSeconds(6));
            }
        }

        assertThat(failures).isEmpty();
        assertThat(connections).hasValue(20);
    }

    @Test
    void aHundredAtOnceDoNotMeet() {
        Front front = worker(request -> request.body()
                .onSuccess(body -> loop.vertx()
                        .setTimer(
                                1 + body.length() % 7, due -> request.response().end(request.path() + ':' + body))));

        List<String> answers = loop.await(() -> Future.all(IntStream.range(0, 100)
                        .mapToObj(i -> front.open(HttpMethod.POST, "/" + i)
                                .compose(request -> request.send("x".repeat(i * 100)))
                                .compose(HttpClientResponse::body)
                                .map(Buffer::toString))
                        .toList())
                .map(all -> all.<String>list()));

        for (int i = 0; i < 100; i++) {
            assertThat(answers.get(i)).isEqualTo("/" + i + ":" + "x".repeat(i * 100));
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void aHeaderThatCannotBePassedOnFailsTheRequestAndNothingElse() {
        Front front = worker(request -> request.response().end("ok"));

        assertThat(loop.await(() -> front.open(HttpMethod.GET, "/two-lines").compose(HttpClientRequest::send))
                        .statusCode())
                .isEqualTo(599);

        assertThat(failure().code()).isEqualTo(FailureCode.BAD_REQUEST);
        assertThat(bodyOf(front.request(HttpMethod.GET, "/next"))).isEqualTo("ok");
    }

    @Test
    void aHookGetsTheWholeAnswer() {
        SocketAddress address = listen(request -> request.response()
                .setStatusCode(request.method().equals(HttpMethod.POST) ? 200 : 404)
                .putHeader("x-path", request.path())
                .end("said " + request.getHeader("x-fc-request-id")));
        PushLink link =
                new PushLink(loop.vertx(), address, exit.future(), new ByteBudget(1 << 20), (useless, reason) -> {});

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
        PushLink link =
                new PushLink(loop.vertx(), address, exit.future(), new ByteBudget(1 << 20), (useless, reason) -> {});

        assertThat(loop.awaitFailure(() -> link.call(Hook.PRE_FREEZE, MultiMap.caseInsensitiveMultiMap())))
                .isNotNull();
    }

    /** Whether the connections on both sides are still in step. */
    private boolean carriesOn(Front front) {
        return IntStream.range(0, 3)
                .allMatch(i -> statusOf(front) == 200 || statusOf(front) == 204 || statusOf(front) == 304);
    }

    private int statusOf(Front front) {
        return loop.await(() -> front.open(HttpMethod.GET, "/")
                .compose(HttpClientRequest::send)
                .compose(answer -> answer.body().map(answer.statusCode())));
    }

    private InvocationFailure failure() {
        await().until(() -> !failures.isEmpty());
        return (InvocationFailure) failures.getFirst();
    }

    /** The answer without its body, which waits to be asked for. */
    private static Future<HttpClientResponse> headOf(Future<HttpClientResponse> answer) {
        return answer.onSuccess(HttpClientResponse::pause);
    }

    private String textOf(HttpClientResponse answer) {
        return loop.await(() -> {
            Future<Buffer> body = answer.body();
            answer.resume();
            return body.map(Buffer::toString);
        });
    }

    private String bodyOf(HttpClientRequest request) {
        return loop.await(() -> request.send().compose(HttpClientResponse::body).map(Buffer::toString));
    }

    private static Future<Long> sizeOf(HttpClientResponse answer) {
        Promise<Long> size = Promise.promise();
        long[] total = {0};
        answer.handler(chunk -> total[0] += chunk.length());
        answer.exceptionHandler(size::tryFail);
        answer.endHandler(end -> size.complete(total[0]));
        answer.resume();
        return size.future();
    }

    /** Writes as fast as the other side takes it. */
    private static void pour(WriteStream<Buffer> to, Buffer chunk, int times, AtomicInteger written) {
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

    private Front worker(Handler<HttpServerRequest> handler) {
        return worker(handler, new AtomicInteger());
    }

    private Front worker(Handler<HttpServerRequest> handler, AtomicInteger connections) {
        return front(loop.await(() -> loop.vertx()
                .createHttpServer()
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(handler)
                .listen(0, "localhost")
                .map(server -> SocketAddress.inetSocketAddress(server.actualPort(), "localhost"))));
    }

    private Front worker(SocketAddress address, Handler<HttpServerRequest> handler) {
        loop.await(() -> loop.vertx().createHttpServer().requestHandler(handler).listen(address));
        return front(address);
    }

    private SocketAddress listen(Handler<HttpServerRequest> handler) {
        return loop.await(() -> loop.vertx()
                .createHttpServer()
                .requestHandler(handler)
                .listen(0, "localhost")
                .map(server -> SocketAddress.inetSocketAddress(server.actualPort(), "localhost")));
    }

    /** A worker that says what the test wants, as soon as it has read something. */
    private Front raw(Handler<NetSocket> answer) {
        return front(listenRaw(answer));
    }

    private SocketAddress listenRaw(Handler<NetSocket> answer) {
        return loop.await(() -> loop.vertx()
                .createNetServer()
                .connectHandler(socket -> socket.handler(head -> answer.handle(socket)))
                .listen(0, "localhost")
                .map(server -> SocketAddress.inetSocketAddress(server.actualPort(), "localhost")));
    }

    private int closedPort() {
        return loop.await(() -> loop.vertx()
                .createNetServer()
                .connectHandler(socket -> {})
                .listen(0, "localhost")
                .compose(server -> server.close().map(server.actualPort())));
    }

    private Front front(SocketAddress worker) {
        return new Front(worker);
    }

    /** The part of the core that stands before an exchange: a public server. Answers with 599 where the exchange fails. */
    private final class Front {
        private final List<HttpServerResponse> responses = new ArrayList<>();
        private final int port;

        Front(SocketAddress worker) {
            port = loop.await(() -> {
                ByteBudget memory = new ByteBudget(1 << 20);
                WorkerClient created = new WorkerClient(
                        loop.vertx(),
                        worker,
                        exit.future(),
                        memory,
                        new PooledConnections(clock::nanoTime, clock::currentTimeMillis, memory));
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

    private final class Observer implements ResponseObserver {
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
