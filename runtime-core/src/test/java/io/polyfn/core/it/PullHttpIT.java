package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
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
                        "X-Mine: 1",
                        "X-Mine: 2",
                        "Cookie: a=1; b=2")
                .text();

        assertThat(event)
                .contains("\"version\":\"v1\"", "\"rawPath\":\"/a%20b\"", "\"path\":\"/a b\"", "\"method\":\"PUT\"")
                .contains("\"queryParameters\":{\"x\":\"1,2\",\"y\":\" \"}")
                .contains("\"x-mine\":\"1,2\"", "\"cookie\":\"a=1; b=2\"", "\"requestId\":\"mine\"")
                .contains("\"isBase64Encoded\":false,\"body\":\"text \\\"quoted\\\" \u00fc\"}")
                .doesNotContain("secret");
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
                .doesNotContain("\"cookie\":");
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
