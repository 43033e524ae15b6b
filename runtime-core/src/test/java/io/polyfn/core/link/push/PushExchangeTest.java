package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges between a real caller and a small real worker: what passes, and how. */
@Timeout(40)
class PushExchangeTest extends ExchangeFixture {
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

    /** Whether the connections on both sides are still in step. */
    private boolean carriesOn(Front front) {
        return IntStream.range(0, 3)
                .allMatch(i -> statusOf(front) == 200 || statusOf(front) == 204 || statusOf(front) == 304);
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
}
