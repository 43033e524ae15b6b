package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that live, and break the protocol, break off, or take too long: the invocation fails, and the next one succeeds. */
class BadAnswersIT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess onSocket;
    private static CoreProcess onPort;

    @BeforeAll
    static void start() {
        onSocket = CORES.with("failing.js").start();
        onPort = CORES.with("failing.js").onPort().start();
        onSocket.listening();
        onPort.listening();
    }

    @Test
    void answersThatAreNotHttpAre502AndHarmNobodyElse() {
        // On a port, because a Unix socket knows no reset.
        for (String path : List.of(
                "/not-http",
                "/http-09",
                "/half-a-head",
                "/bad-length",
                "/too-short",
                "/huge-head",
                "/hang-up",
                "/reset")) {
            var answer = pathThatMayBreakOff(onPort, path);
            if (answer != null) {
                assertThat(answer.status()).as(path).isEqualTo(502);
                assertThat(answer.failure()).as(path).isEqualTo("BadWorkerAnswer");
                assertThat(answer.text()).as(path).contains("\"errorType\":\"BadWorkerAnswer\"");
            } else {
                assertThat(path).as("broken off after its head").isIn("/too-short");
            }
            assertThat(onPort.get("/ok").text()).as("after " + path).isEqualTo("ok");
        }
        assertThat(onPort.readyWorkers()).isEqualTo(1);
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsWhole() {
        assertThat(onSocket.get("/until-close").text()).isEqualTo("to the end");
    }

    @ParameterizedTest
    @CsvSource({"/bad-chunk", "/no-last-chunk", "/hang-up-in-answer"})
    void anAnswerThatBreaksOffBreaksOffForTheCallerToo(String path) {
        assertThat(pathThatMayBreakOff(onSocket, path)).as("a whole answer").isNull();
        assertThat(onSocket.get("/ok").text()).isEqualTo("ok");
    }

    @Test
    void theDeadlineEndsARequestThatHasNoAnswer() {
        var http = onSocket.get("/never?a", "x-fc-function-timeout: 1");
        var event = onSocket.invoke("x", "x-path: /never", "x-query: b", "x-fc-function-timeout: 1");

        assertThat(http.status()).isEqualTo(504);
        assertThat(http.failure()).isEqualTo("DeadlineExceeded");
        assertThat(event.status()).isEqualTo(404);
        assertThat(event.failure()).isEqualTo("DeadlineExceeded");
        onSocket.awaitStdout("aborted /never?a").awaitStdout("aborted /invoke");
        assertThat(onSocket.readyWorkers()).isEqualTo(1);
    }

    @Test
    void theDeadlineEndsAStream() {
        try (Wire wire = onSocket.connect()) {
            wire.request("GET", "/never?stream", null, "x-fc-function-timeout: 1");
            assertThat(wire.readHead().status()).isEqualTo(200);
            assertThat(wire.readChunk()).isEqualTo("begun".getBytes(UTF_8));

            assertThat(wire.ended()).isTrue();
        }
        onSocket.awaitStdout("aborted /never?stream");
    }

    @Test
    void aBurstOfNewConnectionsIsAnsweredWhole() {
        List<CompletableFuture<String>> all = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                all.add(CompletableFuture.supplyAsync(() -> onPort.get("/ok").text(), threads));
            }
        }
        assertThat(all.stream().map(CompletableFuture::join)).hasSize(500).containsOnly("ok");
    }

    /** The answer, or nothing where the connection ended in its middle. */
    private static Wire.Answer pathThatMayBreakOff(CoreProcess core, String path) {
        try {
            return core.get(path);
        } catch (UncheckedIOException brokeOff) {
            assertThat(brokeOff.getCause()).isNotInstanceOf(SocketTimeoutException.class);
            return null;
        }
    }
}
