package io.polyfn.core.link.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exchanges that break off: the worker closes or exits, nobody listens, the request cannot be sent, the core aborts. */
@Timeout(40)
class PushFailuresTest extends ExchangeFixture {
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
            loop.perform(() -> exchanges.getFirst().abort(new InvocationFailure(FailureCode.CALLER_LEFT, "as told")));
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
            exchanges.getFirst().abort(new InvocationFailure(FailureCode.CALLER_LEFT, "as told"));
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
    void aHeaderThatCannotBePassedOnFailsTheRequestAndNothingElse() {
        Front front = worker(request -> request.response().end("ok"));

        assertThat(loop.await(() -> front.open(HttpMethod.GET, "/two-lines").compose(HttpClientRequest::send))
                        .statusCode())
                .isEqualTo(599);

        assertThat(failure().code()).isEqualTo(FailureCode.BAD_REQUEST);
        assertThat(bodyOf(front.request(HttpMethod.GET, "/next"))).isEqualTo("ok");
    }

    private int closedPort() {
        return loop.await(() -> loop.vertx()
                .createNetServer()
                .connectHandler(socket -> {})
                .listen(0, "localhost")
                .compose(server -> server.close().map(server.actualPort())));
    }
}
