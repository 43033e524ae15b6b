package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP requests to a function that knows events only: they become events, and its values become answers (contract 9). */
class PullHttpIT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static final Map<String, CoreProcess> BY_DIALECT = new HashMap<>();

    @BeforeAll
    static void start() {
        for (String dialect : List.of("lambda", "fc")) {
            BY_DIALECT.put(dialect, CORES.poller(dialect, 1).start());
        }
        BY_DIALECT.values().forEach(CoreProcess::listening);
    }

    @Test
    void anHttpRequestBecomesFcsEvent() {
        CoreProcess core = one("fc");

        String event = core.call(
                        "PUT",
                        "/a%20b?x=1&x=2&y=%20",
                        "text \"quoted\" \u00fc".getBytes(UTF_8),
                        "x-fc-request-id: mine",
                        "x-fc-security-token: secret",
                        "Content-Type: text/plain; charset=utf-8",
                        "X-MINE: 1",
                        "X-Mine: 2",
                        "Cookie: a=1; b=2")
                .text();

        assertThat(event)
                .contains("\"version\":\"v1\"", "\"rawPath\":\"/a%20b\"", "\"path\":\"/a b\"", "\"method\":\"PUT\"")
                .contains("\"queryParameters\":{\"x\":\"1,2\",\"y\":\" \"}")
                .contains("\"X-Mine\":\"1,2\"", "\"Cookie\":\"a=1; b=2\"", "\"requestId\":\"mine\"")
                .contains("\"Content-Type\":\"text/plain; charset=utf-8\"", "\"Host\":\"function.test\"")
                .contains("\"isBase64Encoded\":false,\"body\":\"text \\\"quoted\\\" \u00fc\"}")
                .doesNotContain("secret");
    }

    /** Contract 8.3.3. */
    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,                            text, true
            none,                            '',   true
            application/octet-stream,        text, true
            application/x-www-form-urlencoded, a=1, true
            application/problem+json,        {},   true
            text/html,                       text, false
            TEXT/CSV ; charset=utf-8,        '',   false
            application/json,                {},   false
            application/ld+json,             {},   false
            application/xhtml+xml,           text, false
            application/atom+xml,            text, false
            application/javascript,          text, false
            """)
    void forFcTheContentTypeAloneMakesABodyText(String type, String body, boolean encoded) {
        String[] headers = type == null ? new String[0] : new String[] {"Content-Type: " + type};

        String event =
                one("fc").call("POST", "/path", body.getBytes(UTF_8), headers).text();

        String inEvent = encoded ? Base64.getEncoder().encodeToString(body.getBytes(UTF_8)) : body;
        assertThat(event).endsWith("\"isBase64Encoded\":" + encoded + ",\"body\":\"" + inEvent + "\"}");
    }

    @Test
    void anHttpRequestBecomesApiGatewaysEvent() {
        CoreProcess core = one("lambda");

        String event = core.call(
                        "POST",
                        "/path?x=1&x=2",
                        "{}".getBytes(UTF_8),
                        "Content-Type: application/json",
                        "Cookie: a=1; b=2")
                .text();

        assertThat(event)
                .contains("\"version\":\"2.0\"", "\"rawPath\":\"/path\"", "\"rawQueryString\":\"x=1&x=2\"")
                .contains("\"cookies\":[\"a=1\",\"b=2\"]", "\"queryStringParameters\":{\"x\":\"1,2\"}")
                .contains("\"isBase64Encoded\":false,\"body\":\"{}\"}")
                .contains("\"cookie\":\"a=1; b=2\"");
        assertThat(core.call("POST", "/path", new byte[] {0, (byte) 255}).text())
                .contains("\"isBase64Encoded\":true,\"body\":\"AP8=\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void anHttpBodyOfAnySizeIsEncodedAsItComes(String dialect) {
        CoreProcess core = one(dialect);
        byte[] random = CoreProcess.random(1_000_001);

        String event = core.call("POST", "/echo", random).text();

        String body = event.substring(event.indexOf("\"body\":\"") + 8, event.length() - 2);
        assertThat(Base64.getDecoder().decode(body)).isEqualTo(random);
        String text = "\u00e4\u20ac\ud83d\ude00\"".repeat(40_000);
        String json = core.call("POST", "/echo", text.getBytes(UTF_8), "Content-Type: text/plain; charset=utf-8")
                .text();
        assertThat(json).contains("\"isBase64Encoded\":false,\"body\":\"" + text.replace("\"", "\\\"") + "\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void anHttpAnswerIsMadeOfTheFunctionsValue(String dialect) {
        CoreProcess core = one(dialect);

        var answer = core.get("/answer%20http");
        var plain = core.get("/plain%20value");
        var bad = core.get("/bad%20status");
        var words = core.get("/status%20in%20words");
        var badHeader = core.get("/bad%20header");
        Wire.Answer head;
        try (Wire wire = core.connect()) {
            head = wire.request("HEAD", "/answer%20http", null).answer("HEAD");
        }

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.header("x-mine")).isEqualTo("yes");
        assertThat(answer.header("x-fc-forged")).isEmpty();
        assertThat(answer.head().all("set-cookie")).containsExactly("a=1; Path=/", "b=2");
        assertThat(answer.body()).containsExactly(0, 255, 1);
        assertThat(plain.status()).isEqualTo(200);
        assertThat(plain.text()).isEqualTo("{\"just\":\"a value\"}");
        assertThat(bad.status()).isEqualTo(502);
        assertThat(bad.text()).contains("statusCode is many; it must be a number from 200 to 599");
        assertThat(words.status()).isEqualTo(201);
        assertThat(badHeader.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(head.status()).isEqualTo(201);
        assertThat(head.header("content-length")).isEqualTo("3");
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad%20header", "bad%20header%20and%20much", "folded%20header", "folded%20values"})
    void aHeaderOfSeveralLinesIsNoResponse(String what) {
        for (String dialect : List.of("lambda", "fc")) {
            var answer = one(dialect).get("/" + what);

            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.failure()).isEqualTo("BadWorkerAnswer");
            assertThat(answer.header("x-mine")).isEmpty();
        }
    }

    /** A HEAD's response has the length that a GET's would have, or none (RFC 9110 8.6). */
    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void theLengthOfAHeadIsTheFunctionsOwn(String dialect) {
        CoreProcess core = one(dialect);

        assertThat(head(core, "/own%20length").header("content-length")).isEqualTo("1234");
        assertThat(head(core, "/no%20body").head().all("content-length")).isEmpty();
        assertThat(head(core, "/prelude").head().all("content-length")).isEmpty();
        assertThat(core.get("/own%20length").header("content-length")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void headersAreUtf8(String dialect) throws Exception {
        CoreProcess core = one(dialect);
        String utf8 = new String("Jos\u00e9 \u4e2d\u6587".getBytes(UTF_8), ISO_8859_1);

        var answer = core.get("/utf8%20header");

        assertThat(answer.header("x-name").getBytes(ISO_8859_1)).isEqualTo(utf8.getBytes(ISO_8859_1));
        assertThat(answer.header("set-cookie")).isEqualTo("n=" + utf8);
        try (var client = HttpClient.newHttpClient()) {
            var http2 = client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + core.port() + "/utf8%20header"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(http2.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(http2.headers().firstValue("x-name")).hasValue(utf8);
        }
    }

    /** Contract 8.3.4. */
    @Test
    void fcsAnswersAreReadAsFcReadsThem() {
        CoreProcess core = one("fc");

        var value = core.get("/typed%20value");
        assertThat(value.header("content-type")).isEqualTo("application/json");
        assertThat(value.text()).isEqualTo("plain");
        assertThat(core.get("/object%20body").text()).isEqualTo("{\"a\":1}");
        assertThat(core.get("/invalid%20base64").text()).isEqualTo("no base64!");
    }

    private static Wire.Answer head(CoreProcess core, String path) {
        try (Wire wire = core.connect()) {
            return wire.request("HEAD", path, null).answer("HEAD");
        }
    }

    @Test
    void aStreamedHttpAnswerBeginsWithItsHead() {
        CoreProcess core = one("lambda");
        try (Wire wire = core.connect()) {
            wire.request("GET", "/prelude", null);
            Wire.Head head = wire.readHead();

            assertThat(head.status()).isEqualTo(202);
            assertThat(head.header("x-mine")).isEqualTo("streamed");
            assertThat(head.header("set-cookie")).isEqualTo("c=3");
            assertThat(wire.readText()).isEqualTo("one;");
            assertThat(wire.readText()).isEqualTo("two");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void noRequestIsTooOddForAnEvent(String dialect) {
        CoreProcess core = one(dialect);

        assertThat(core.get("/odd?a=%zz&b=%&=&&c;d=1").text()).contains("%zz", "\"c;d\":\"1\"");
        assertThat(core.get("/odd%zz", "x-fc-request-id: a?b /c").text()).contains("/odd%zz");
        assertThat(core.invoke("headers", "x-fc-request-id: " + "x".repeat(5000))
                        .status())
                .isEqualTo(200);
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    private static CoreProcess one(String dialect) {
        return BY_DIALECT.get(dialect);
    }
}
