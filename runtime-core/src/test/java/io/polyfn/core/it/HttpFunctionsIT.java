package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP functions pass through as they are: methods, paths, headers, answers of every kind. */
class HttpFunctionsIT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess echo;
    private static CoreProcess answers;

    @BeforeAll
    static void start() {
        echo = CORES.with("echo.js")
                .env("FC_FUNCTION_NAME", "echo")
                .env("FC_REGION", "undefined")
                .onPort()
                .start();
        answers = CORES.with("answers.js").start();
        echo.listening();
        answers.listening();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT"})
    void everyMethodPasses(String method) {
        var answer = answers.call(method, "/known-length", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answers.stdout()).contains("begun " + method + " /known-length");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a/b/c",
                "/a//b/./../c",
                "/2016-08-15/proxy/s/f/x",
                "/2016-08-15/proxy/s.LATEST/f/invoke",
                "/%e6%97%a0/%2F%2f%20+",
                "/raw?a=1&b=%20&&c=?/",
                "/?",
                "/x;y=1?q=a,b[]{}|\"",
                "/invoke",
                "/initialize",
                "/http-invoke"
            })
    void anyPathAndQueryArriveAsTheyWere(String path) {
        var seen = echoed("GET", path, null);

        assertThat(seen.getString("url")).isEqualTo(path);
        assertThat(seen.getString("method")).isEqualTo("GET");
    }

    @Test
    void aLongPathPasses() {
        String path = "/" + "x".repeat(4095);

        assertThat(echoed("GET", path, null).getString("url")).isEqualTo(path);
    }

    @Test
    void headersOf15KilobytesPass() {
        // Node.js itself takes 16 KiB, FC 8 KiB.
        assertThat(headersSeen("GET", "x-large: " + "y".repeat(7_500), "x-large-2: " + "z".repeat(7_500)))
                .contains("x-large-2: " + "z".repeat(7_500));
    }

    @Test
    void headersArriveWithTheirCaseOrderAndRepetitions() {
        List<String> seen =
                headersSeen("GET", "X-Case: Kept", "x-twice: 1", "Accept: a/b", "x-twice: 2", "Cookie: a=b; c");

        assertThat(seen).containsSubsequence("Host: function.test", "X-Case: Kept", "x-twice: 1", "Accept: a/b");
        assertThat(seen).containsSubsequence("x-twice: 1", "x-twice: 2").contains("Cookie: a=b; c");
    }

    @Test
    void hopByHopHeadersAndThoseThatConnectionNamesStayBehind() {
        List<String> seen = headersSeen(
                "GET",
                "Connection: keep-alive, X-Named",
                "Connection: X-Also-Named",
                "X-Named: 1",
                "X-Also-Named: 1",
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: secret",
                "TE: trailers",
                "X-Stays: 1");

        assertThat(names(seen))
                .contains("x-stays")
                .doesNotContain(
                        "x-named", "x-also-named", "keep-alive", "proxy-connection", "proxy-authorization", "te");
    }

    @Test
    void aRequestWithoutABodyArrivesWithoutOne() {
        assertThat(names(headersSeen("GET"))).doesNotContain("transfer-encoding", "content-length");
        assertThat(headersSeen("POST", "Content-Length: 0").stream().map(String::toLowerCase))
                .contains("content-length: 0");
    }

    @Test
    void thePlatformsContextPasses() {
        List<String> seen = headersSeen("GET", "x-fc-request-id: given", "x-fc-function-name: theirs");

        assertThat(seen).contains("x-fc-request-id: given", "x-fc-function-name: theirs");
        assertThat(names(seen)).doesNotContain("x-fc-region");
    }

    @Test
    void aLocalCallGetsItsContextFromTheEnvironment() {
        List<String> seen = headersSeen("GET", "x-fc-control-path: /http-invoke");

        assertThat(seen).contains("x-fc-function-name: echo");
        assertThat(names(seen)).contains("x-fc-request-id").doesNotContain("x-fc-region");
    }

    @ParameterizedTest
    @CsvSource({"GET, /", "POST, /invoke"})
    void theTraceOfTheCallerPasses(String method, String path) {
        String[] trace = {
            "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "tracestate: congo=t61",
            "baggage: user=1"
        };

        assertThat(lines(echoed(method, path, null, trace))).contains(trace);
    }

    @Test
    void aBodyMayBeAsLargeAsConfigured() {
        CoreProcess small =
                CORES.with("echo.js").env("POLYFN_MAX_BODY_SIZE", "1K").start().listening();

        assertThat(small.call("PUT", "/", new byte[1024]).text()).contains("\"bytes\":1024");
        assertTooLarge(small.call("PUT", "/", new byte[1025]));
        try (Wire wire = small.connect()) {
            wire.head("PUT", "/", "Transfer-Encoding: chunked").chunk(new byte[1024]);
            assertTooLarge(wire.chunk(new byte[1]).lastChunk().answer());
        }
        assertThat(small.call("POST", "/invoke", new byte[1025]).text())
                .as("an event has its own limit")
                .contains("\"bytes\":1025");
    }

    @Test
    void bodiesArriveWhole() {
        byte[] body = CoreProcess.random(3_000_000);

        var seen = echoed("PUT", "/", body);

        assertThat(seen.getInteger("bytes")).isEqualTo(body.length);
        assertThat(seen.getString("sha256")).isEqualTo(CoreProcess.sha256(body));
    }

    @Test
    void aRequestWithTwoFramingsCannotSmuggleAnother() {
        try (Wire wire = echo.connect()) {
            wire.head("POST", "/first", "Content-Length: 3", "Transfer-Encoding: chunked")
                    .send("0\r\n\r\n")
                    .request("GET", "/second", null);

            var first = wire.answer();
            if (first.status() == 200) {
                assertThat(first.text()).contains("/first");
                assertThat(wire.answer().text()).contains("/second");
            } else {
                assertThat(first.status()).isEqualTo(400);
                assertThat(wire.ended()).isTrue();
            }
        }
    }

    @Test
    void anAnswersHeadersReturnButForThoseOfTheConnectionAndOfThePlatform() {
        var head = answers.get("/headers").head();

        assertThat(head.all("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(head.headers().stream().map(Wire.Header::name))
                .contains("x-case", "x-last", "content-disposition")
                .doesNotContain(
                        "x-hop", "keep-alive", "proxy-connection", "x-fc-secret", "server", "date", "connection");
    }

    @Test
    void behindThePlatformADownloadIsNotForced() {
        assertThat(answers.get("/headers", "x-fc-request-id: 1").header("content-disposition"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 206, 299, 301, 400, 401, 404, 418, 429, 500, 502, 503, 504, 599})
    void everyStatusReturnsAsItIs(int status) {
        var answer = answers.get("/status?body=text&code=" + status);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo("text");
        assertThat(answer.failure()).isEmpty();
        assertThat(answer.header("x-fc-status")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD, /known-length, 200, 1234",
        "HEAD, /down?bytes=10, 200, ''",
        "GET, /status?code=204, 204, ''",
        "GET, /not-modified, 304, 77",
        "GET, /status?code=205, 205, 0"
    })
    void anAnswerWithoutABodyLeavesTheConnectionReadyForTheNext(String method, String path, int status, String length) {
        try (Wire wire = answers.connect()) {
            for (int i = 0; i < 3; i++) {
                var answer = wire.request(method, path, null).answer(method);
                assertThat(answer.status()).isEqualTo(status);
                assertThat(answer.header("content-length")).isEqualTo(length);
            }
            assertThat(wire.request("GET", "/status?code=200&body=next", null)
                            .answer()
                            .text())
                    .isEqualTo("next");
        }
    }

    @Test
    void trailersReturn() {
        var answer = answers.get("/trailers");

        assertThat(answer.text()).isEqualTo("body");
        assertThat(answer.header("trailer")).isEqualTo("x-checksum");
        assertThat(answer.trailers()).containsExactly(new Wire.Header("x-checksum", "abc"));
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() {
        try (Wire wire = echo.connect()) {
            for (int i = 0; i < 20; i++) {
                wire.request("POST", "/" + i, ("body " + i).getBytes(UTF_8));
            }
            for (int i = 0; i < 20; i++) {
                var seen = new JsonObject(wire.answer().text());
                assertThat(seen.getString("url")).isEqualTo("/" + i);
                assertThat(seen.getString("sha256")).isEqualTo(CoreProcess.sha256(("body " + i).getBytes(UTF_8)));
            }
        }
    }

    @Test
    void aConnectionIsKeptAliveAndClosedWhenAskedTo() {
        try (Wire wire = echo.connect()) {
            for (int i = 0; i < 100; i++) {
                assertThat(wire.request("GET", "/" + i, null).answer().status()).isEqualTo(200);
            }
            var last = wire.request("GET", "/last", null, "Connection: close").answer();
            assertThat(last.status()).isEqualTo(200);
            assertThat(wire.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"/known-length, 1234", "/down?bytes=100000, 100000"})
    void anHttp10CallerGetsAnAnswerThatEndsWithTheConnection(String path, int length) {
        try (Wire wire = answers.connect()) {
            wire.send("GET " + path + " HTTP/1.0\r\n\r\n");

            var answer = wire.answer();

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("transfer-encoding")).isEmpty();
            assertThat(answer.body()).hasSize(length);
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void aRequestThatIsNotHttpDoesNotReachTheFunction() {
        try (Wire wire = answers.connect()) {
            wire.send("this is not HTTP\r\n\r\n");
            assertThat(wire.readHead().status()).isEqualTo(400);
        }
        assertThat(answers.get("/status?code=200").status()).isEqualTo(200);
    }

    @Test
    void connectIsRefusedAndNotLeftHanging() {
        assertThat(answers.call("CONNECT", "other.test:443", null).status()).isGreaterThanOrEqualTo(400);
    }

    @Test
    void anUpgradeThatNobodyKnowsLosesNoBody() {
        var seen = echoed("POST", "/", "the body".getBytes(UTF_8), "Connection: Upgrade", "Upgrade: unheard-of/1");

        assertThat(seen.getInteger("bytes")).isEqualTo(8);
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestIsPassedOnAndTheConnectionStaysInOrder() {
        try (Wire wire = answers.connect()) {
            byte[] megabytes = new byte[8 << 20];
            var early = wire.request("POST", "/early", megabytes).answer();
            assertThat(early.text()).isEqualTo("early");
            assertThat(wire.request("POST", "/up", megabytes).answer().text()).isEqualTo("" + megabytes.length);
        }
    }

    @Test
    void anAnswersHeadOf64KilobytesPasses() {
        assertThat(answers.get("/large-head?bytes=60000").header("x-large")).hasSize(60_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e300", "Infinity", "NaN", "-1", "0", "99999999999999999999", "abc", " "})
    void aTimeoutThatIsNoneDoesNotHarmTheRequest(String timeout) {
        assertThat(answers.get("/status?code=200&body=a", "x-fc-function-timeout: " + timeout)
                        .text())
                .isEqualTo("a");
    }

    private static JsonObject echoed(String method, String path, byte[] body, String... headers) {
        var answer = echo.call(method, path, body, headers);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return new JsonObject(answer.text());
    }

    private static void assertTooLarge(Wire.Answer answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.failure()).isEqualTo("PayloadTooLarge");
    }

    private static List<String> headersSeen(String method, String... headers) {
        return lines(echoed(method, "/", null, headers));
    }

    /** The headers that the worker saw, as lines. */
    private static List<String> lines(JsonObject seen) {
        JsonArray raw = seen.getJsonArray("rawHeaders");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < raw.size(); i += 2) {
            lines.add(raw.getString(i) + ": " + raw.getString(i + 1));
        }
        return lines;
    }

    private static List<String> names(List<String> headers) {
        return headers.stream()
                .map(header -> header.substring(0, header.indexOf(':')).toLowerCase(java.util.Locale.ROOT))
                .toList();
    }
}
