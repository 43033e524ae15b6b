package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SIGTERM while callers without a proxy come and go: whoever is connected gets a response, and the stop does not wait for those who come. */
class StopUnderLoadIT {
    private static final int CALLERS = 32;
    /** The grace period is 9 s; what is in flight takes milliseconds. */
    private static final Duration SOON = Duration.ofSeconds(5);

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    private final AtomicInteger answered = new AtomicInteger();
    private final List<Object> lost = Collections.synchronizedList(new ArrayList<>());

    @ParameterizedTest
    @CsvSource({"echo.js,false", "echo.js,true", "poller.js,false", "poller.js,true"})
    void everyCallerWhoIsConnectedGetsItsResponse(String function, boolean keepsAlive) throws Exception {
        CoreProcess core = cores.with(function).env("LOOPS", "4").start().listening();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofVirtual().start(() -> callUntilRefused(core, keepsAlive)));
        }
        await().until(() -> answered.get() > 10 * CALLERS);

        core.terminate();
        var ended = core.end();

        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(lost).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(ended.took()).isLessThan(SOON);
    }

    private void callUntilRefused(CoreProcess core, boolean keepsAlive) {
        while (true) {
            try (Wire wire = core.connect()) {
                boolean goesOn = keepsAlive;
                do {
                    Wire.Answer answer = keepsAlive
                            ? wire.request("POST", "/invoke", new byte[10]).answer()
                            : wire.request("POST", "/invoke", new byte[10], "Connection: close")
                                    .answer();
                    if (answer.status() != 200) {
                        lost.add(answer.failure());
                    }
                    answered.incrementAndGet();
                    goesOn = keepsAlive && !answer.header("connection").equalsIgnoreCase("close");
                } while (goesOn);
            } catch (UncheckedIOException failure) {
                if (!(failure.getCause() instanceof ConnectException)) {
                    lost.add(failure);
                }
                return;
            }
        }
    }

    /** It is told to go elsewhere; what it has sent until it knows is served. */
    @ParameterizedTest
    @CsvSource({"echo.js", "poller.js"})
    void aBusyCallerOnHttp2LosesNothingAndDoesNotHoldTheStopUp(String function) throws Exception {
        CoreProcess core = cores.with(function).env("LOOPS", "4").start().listening();
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient http2 = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2MaxPoolSize(2));
            ConcurrentLinkedQueue<Future<?>> busy = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < CALLERS; i++) {
                busy.add(streamUntilRefused(http2, core.port()));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> answered.get() > 10 * CALLERS);

            core.terminate();
            var ended = core.end();

            for (Future<?> one : busy) {
                one.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
            }
            assertThat(lost).isEmpty();
            assertThat(ended.code()).isZero();
            assertThat(ended.took()).isLessThan(SOON);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private Future<?> streamUntilRefused(HttpClient client, int port) {
        return client.request(HttpMethod.POST, port, "localhost", "/invoke")
                .transform(opened -> opened.failed()
                        ? Future.succeededFuture()
                        : respond(opened.result()).compose(next -> streamUntilRefused(client, port)));
    }

    private Future<Void> respond(HttpClientRequest request) {
        return request.send("an event")
                .compose(HttpClientResponse::body)
                .onSuccess(body -> answered.incrementAndGet())
                .onFailure(failure -> {
                    if (!isRefused(failure)) {
                        lost.add(failure);
                    }
                })
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /**
     * Above the last stream that a GOAWAY names, which Netty says for nothing else here: the core has not seen it, and it may be sent elsewhere
     * (RFC 9113 8.7). So ends a connection that was opened during the stop and had no request for a second.
     */
    private static boolean isRefused(Throwable failure) {
        return failure instanceof StreamResetException reset
                ? reset.getCode() == Http2Error.REFUSED_STREAM.code()
                : failure instanceof Http2Exception local && local.error() == Http2Error.REFUSED_STREAM;
    }

    /** A caller that is connected and says nothing holds nobody up for long, and one that speaks late gets its response. */
    @Test
    void aConnectionWithoutARequestGetsTheTimeForOne() {
        CoreProcess core = cores.start("gate.js");
        try (Wire held = core.connect();
                Wire late = core.connect();
                Wire silent = core.connect()) {
            held.request("GET", "/held", null);
            core.awaitStdout("begun GET /held");

            core.terminate();
            await().until(() -> core.get("/quick").header("connection").equalsIgnoreCase("close"));
            Signals.send("USR2", core.workerPid());
            assertThat(held.answer().text()).isEqualTo("last");
            assertThat(late.request("GET", "/quick", null).answer().text()).isEqualTo("last");

            assertThat(silent.ended()).isTrue();
            var ended = core.end();
            assertThat(ended.code()).isZero();
            assertThat(ended.took()).isLessThan(SOON);
        }
    }
}
