package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A web-standard function behind the core. */
class NodejsHttpIT {
    private static final FunctionContainer FUNCTION = FunctionContainer.nodejs("fetch");

    @BeforeAll
    static void start() {
        FUNCTION.start();
    }

    @AfterAll
    static void stop() {
        FUNCTION.close();
    }

    @Test
    void anyMethodAndPathPasses() throws Exception {
        for (String path : new String[] {"/", "/a%20b", "/2016-08-15/proxy/service/function/path"}) {
            assertThat(FUNCTION.send(request(path).method("PUT", BodyPublishers.ofString("x")))
                            .body())
                    .isEqualTo("PUT " + path);
        }
    }

    @Test
    void theControlPathTellsAClientsInvokeFromAnEvent() throws Exception {
        var answer = FUNCTION.send(
                request("/invoke").header("x-fc-control-path", "/http-invoke").POST(BodyPublishers.ofString("x")));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("x-fc-status")).isEmpty();
        assertThat(answer.body()).isEqualTo("POST /invoke");
    }

    @Test
    void theFirstBytesOfAStreamArriveBeforeTheLastAreWritten() throws Exception {
        try (InputStream body = FUNCTION.send(request("/two-parts"), BodyHandlers.ofInputStream())
                .body()) {
            assertThat(text(body.readNBytes(5))).isEqualTo("first");

            // The function writes the second part only after this.
            assertThat(FUNCTION.get("/open").body()).isEqualTo("opened");

            assertThat(text(body.readAllBytes())).isEqualTo("second");
        }
    }

    @Test
    void serverSentEventsPass() throws Exception {
        var answer = FUNCTION.get("/events");

        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream");
        assertThat(answer.body()).isEqualTo("data: 1\n\ndata: 2\n\ndata: 3\n\n");
    }

    @Test
    void headersThatBelongToThePlatformStayBehind() throws Exception {
        var answer = FUNCTION.get("/reserved");

        assertThat(answer.body()).isEqualTo("reserved");
        assertThat(answer.headers().firstValue("x-own")).hasValue("2");
        assertThat(answer.headers().map()).doesNotContainKeys("x-fc-secret", "keep-alive", "x-polyfn-failure");
    }

    @Test
    void anAnswerWithoutABodyHasNone() throws Exception {
        var answer = FUNCTION.get("/nothing");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void aThrowingFunctionAnswersFiveHundredWithItsOwnStack() throws Exception {
        var answer = FUNCTION.get("/throw");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("x-polyfn-failure")).hasValue("FunctionError");
        assertThat(answer.body()).contains("\"errorType\":\"TypeError\"", "thrown on purpose", "index.mjs");
    }

    @Test
    void theDeadlineEndsAHungRequestAndFiresTheSignal() throws Exception {
        var answer = FUNCTION.send(request("/hang").header("x-fc-function-timeout", "1"));

        assertThat(answer.statusCode()).isEqualTo(504);
        assertThat(answer.headers().firstValue("x-polyfn-failure")).hasValue("DeadlineExceeded");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> FUNCTION.get("/aborted").body().equals("aborted"));
    }

    @Test
    void bodiesOfHttpFunctionsHaveNoLimit() throws Exception {
        int size = 48 * 1024 * 1024;

        assertThat(FUNCTION.send(request("/length").POST(BodyPublishers.ofByteArray(new byte[size])))
                        .body())
                .isEqualTo(Integer.toString(size));
        assertThat(FUNCTION.send(request("/large"), BodyHandlers.ofByteArray()).body())
                .hasSize(size)
                .containsOnly(7);
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(FUNCTION.uri(path));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
