package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 as RFC 9112 wants it: what two programs may read in two ways is refused, and nothing behind it on the connection is a request. */
class RequestFramingIT {
    private static final String HOST = "Host: function.test\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    /** What would be the next request if the one before it ended where one of two readings says. */
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n";

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    @BeforeAll
    static void start() {
        core = CORES.start("hooks.js");
    }

    static Stream<String> badHeads() {
        return Stream.of(
                // Transfer-Encoding
                post("Transfer-Encoding: xchunked\r\n"),
                post("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n"),
                post("Transfer-Encoding: identity\r\nContent-Length: 5\r\n"),
                post("Transfer-Encoding: gzip\r\n"),
                post("Transfer-Encoding: chunked, identity\r\n"),
                post("Transfer-Encoding: chunked, gzip\r\n"),
                post("Transfer-Encoding: gzip, chunked\r\n"),
                post("Transfer-Encoding: chunked, chunked\r\n"),
                post("Transfer-Encoding: , chunked\r\n"),
                post("Transfer-Encoding: chunked,\r\n"),
                post("Transfer-Encoding: chunked;a=b\r\n"),
                post("Transfer-Encoding:\r\n"),
                post(CHUNKED + CHUNKED),
                post(CHUNKED + "Transfer-Encoding: identity\r\n"),
                post("Transfer-Encoding: \u000bchunked\r\n"),
                post("Transfer-Encoding: chunked\0\r\n"),
                post("Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n"),
                post("Transfer-Encoding : chunked\r\n"),
                "POST /bad HTTP/1.0\r\n" + HOST + CHUNKED + "\r\n0\r\n\r\n" + SMUGGLED,
                // Content-Length
                post(CHUNKED + "Content-Length: 5\r\n"),
                post("Content-Length: 30\r\n" + CHUNKED),
                post("Content-Length: 5\r\nContent-Length: 10\r\n"),
                post("Content-Length: 5, 10\r\n"),
                post("Content-Length: +5\r\n"),
                post("Content-Length: -1\r\n"),
                post("Content-Length: -0\r\n"),
                post("Content-Length: 0x5\r\n"),
                post("Content-Length: 0o5\r\n"),
                post("Content-Length: 1_0\r\n"),
                post("Content-Length: 1 0\r\n"),
                post("Content-Length: abc\r\n"),
                post("Content-Length:\r\n"),
                post("Content-Length: 99999999999999999999\r\n"),
                // Host
                "GET /bad HTTP/1.1\r\n\r\n" + SMUGGLED,
                get(HOST + HOST),
                get(HOST + "Host: other.test\r\n"),
                get("Host:\r\n"),
                get("Host: user@function.test\r\n"),
                get("Host: function.test/path\r\n"),
                get("Host: function.test, other.test\r\n"),
                get("Host: function.test,other.test\r\n"),
                get("Host: function test\r\n"),
                get("Host: function.test:80a\r\n"),
                get("Host: [::1\r\n"),
                get("Host: ]::1[\r\n"),
                // Lines and names
                get(HOST + "X-A: 1\r\n folded\r\n"),
                get(HOST + "X-A: 1\r\n\tfolded\r\n"),
                "GET /bad HTTP/1.1\r\n X-A: 1\r\n" + HOST + "\r\n" + SMUGGLED,
                "GET /bad HTTP/1.1\r\n \r\n" + HOST + "\r\n" + SMUGGLED,
                get(HOST + ": no name\r\n"),
                get(HOST + "X-A : 1\r\n"),
                get(HOST + "X A: 1\r\n"),
                get(HOST + "X[A: 1\r\n"),
                get(HOST + "X\u00e4: 1\r\n"),
                get(HOST + "no colon\r\n"),
                get(HOST + "X-A: 1\rX-B: 2\r\n"),
                get(HOST + "X-A: 1\r\r\n"),
                get(HOST + "X-A: a\0b\r\n"),
                get(HOST + "X-A: a\u0007b\r\n"),
                get(HOST + "X-A: 1\nX-B: 2\r\n"),
                get(HOST + "b:\r\n".repeat(1000)),
                "GET /bad HTTP/1.1\n" + HOST + "\r\n" + SMUGGLED,
                "GET /bad HTTP/1.1\r" + HOST + "\r\n" + SMUGGLED,
                "GET\r/bad HTTP/1.1\r\n" + HOST + "\r\n" + SMUGGLED,
                "GET\t/bad HTTP/1.1\r\n" + HOST + "\r\n" + SMUGGLED,
                // Request line
                line(" GET /bad HTTP/1.1"),
                line("\u0085GET /bad HTTP/1.1"),
                line("GET HTTP/1.1"),
                line("GET /bad"),
                line("GET /bad thing HTTP/1.1"),
                line("GET /b\0d HTTP/1.1"),
                line("GET /b\u00e4d HTTP/1.1"),
                line("GET /bad#fragment HTTP/1.1"),
                line("GET bad HTTP/1.1"),
                line("GET * HTTP/1.1"),
                line("GET ftp://function.test/bad HTTP/1.1"),
                line("GET http://other.test/bad HTTP/1.1"),
                line("GET http:///bad HTTP/1.1"),
                line("G(T /bad HTTP/1.1"),
                line("GET /bad HTTP/1"),
                line("GET /bad HTTP/01.01"),
                line("GET /bad HTTP/ 1.1"),
                line("GET /bad http/1.1"),
                line("GET /bad HTTP/1.1x"),
                line("GET /bad HTTP/9.9"),
                line("GET /bad HTTP/2.0"),
                line("CONNECT function.test:443 HTTP/1.1"),
                line("CONNECT /bad HTTP/1.1"));
    }

    private static String post(String headers) {
        return "POST /bad HTTP/1.1\r\n" + HOST + headers + "\r\n0\r\n\r\n" + SMUGGLED;
    }

    private static String get(String headers) {
        return "GET /bad HTTP/1.1\r\n" + headers + "\r\n" + SMUGGLED;
    }

    private static String line(String line) {
        return line + "\r\n" + HOST + "\r\n" + SMUGGLED;
    }

    @ParameterizedTest
    @MethodSource("badHeads")
    void aBadHeadIsRefusedAndTheConnectionClosed(String bad) {
        try (Wire first = core.connect();
                Wire later = core.connect()) {
            assertRefused(first.send(bad));
            // The same as the second request of a connection, in one segment with the first.
            later.send("GET /good HTTP/1.1\r\n" + HOST + "\r\n" + bad);
            assertThat(later.answer().status()).isEqualTo(200);
            assertRefused(later);
        }
        assertThat(core.stdout()).doesNotContain("/bad", "/smuggled");
    }

    /** Also if the bytes come one by one, and if the request asks for HTTP/2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-A: 1\r\n folded\r\n",
                "X-A: 1\rX-B: 2\r\n",
                "Host: other.test\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Content-Length: 5\r\n" + CHUNKED
            })
    void howTheBytesArriveMakesNoDifference(String headers) {
        String bad = get(
                HOST + "Connection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n" + headers);
        try (Wire slow = core.connect();
                Wire upgrade = core.connect()) {
            for (char c : bad.substring(0, bad.indexOf("\r\n\r\n") + 4).toCharArray()) {
                slow.send(String.valueOf(c));
            }
            assertRefused(slow);
            assertRefused(upgrade.send(bad));
        }
        assertThat(core.stdout()).doesNotContain("/bad", "/smuggled");
    }

    private static void assertRefused(Wire wire) {
        Wire.Answer answer = wire.answer();
        assertThat(answer.status()).isIn(400, 431, 501, 505);
        assertThat(answer.failure()).isEqualTo("BadRequest");
        assertThat(answer.header("connection")).isEqualTo("close");
        assertThat(answer.header("x-request-id")).isNotEmpty();
        assertThat(new JsonObject(answer.text()).getString("errorType")).isEqualTo("BadRequest");
        assertThat(wire.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1;a=\"\r\nx\r\n0\r\n\r\n",
                "1;\r\nx\r\n0\r\n\r\n",
                "1;b[=x\r\nx\r\n0\r\n\r\n",
                "1;a\rb\r\nx\r\n0\r\n\r\n",
                "1;\nx\r\n0\r\n\r\n",
                "1 \r\nx\r\n0\r\n\r\n",
                " 1\r\nx\r\n0\r\n\r\n",
                "1 2\r\nx\r\n0\r\n\r\n",
                "+1\r\nx\r\n0\r\n\r\n",
                "-1\r\nx\r\n0\r\n\r\n",
                "0x1\r\nx\r\n0\r\n\r\n",
                "1_0\r\nx\r\n0\r\n\r\n",
                "1\nx\r\n0\r\n\r\n",
                "1\rx\r\n0\r\n\r\n",
                "5\rhello\r\n0\r\n\r\n",
                "1\r\nx0\r\n\r\n",
                "1\r\nxyz\r\n0\r\n\r\n",
                "1\r\nx\n0\r\n\r\n",
                "\r\nx\r\n0\r\n\r\n",
                "1\r\nx\r\n0\r\n\n",
                "FFFFFFFFFFFFFFFF0\r\nx\r\n0\r\n\r\n",
                "zz\r\nx\r\n0\r\n\r\n",
                "1;a\nb\r\nx\r\n0\r\n\r\n",
                "1\r\nx\r\n0\r\nA: b\n\r\n",
                "1\r\nx\r\n0\r\nA: b\r\n c\r\n\r\n",
                "1\r\nx\r\n0\r\n A: b\r\n\r\n",
                "1\r\nx\r\n0\r\nA: b\rc\r\n\r\n",
                "0\r\nA: b\r\n\tc\r\n\r\n"
            })
    void aBadChunkOrTrailerIsRefusedAndTheConnectionClosed(String body) {
        try (Wire wire = core.connect()) {
            wire.send("POST /chunks HTTP/1.1\r\n" + HOST + CHUNKED + "\r\n" + body + SMUGGLED);

            assertRefused(wire);
        }
        assertThat(core.stdout()).doesNotContain("/smuggled");
    }

    /** What cannot be read of an event is a failed event; what has no valid head is no event yet (contract 4.1.4). */
    @Test
    void anEventWithABadBodyFailsAsAnEvent() {
        try (Wire body = core.connect();
                Wire head = core.connect()) {
            body.send("POST /invoke HTTP/1.1\r\n" + HOST + CHUNKED + "\r\nzz\r\nx\r\n0\r\n\r\n" + SMUGGLED);
            Wire.Answer failed = body.answer();
            assertThat(failed.status()).isEqualTo(404);
            assertThat(failed.header("x-fc-status")).isEqualTo("404");
            assertThat(failed.failure()).isEqualTo("BadRequest");
            assertThat(failed.header("connection")).isEqualTo("close");
            assertThat(body.ended()).isTrue();

            head.send("POST /invoke HTTP/1.1\r\n" + HOST + "X-A: 1\r\n folded\r\n\r\n" + SMUGGLED);
            Wire.Answer refused = head.answer();
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.head().all("x-fc-status")).isEmpty();
        }
        assertThat(core.stdout()).doesNotContain("/smuggled");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /good HTTP/1.0\r\n\r\n",
                "\r\n\r\nGET /good HTTP/1.1\r\n" + HOST + "\r\n",
                "GET http://function.test/good HTTP/1.1\r\n" + HOST + "\r\n",
                "GET http://FUNCTION.test?good HTTP/1.1\r\n" + HOST + "\r\n",
                "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /good HTTP/1.1\r\nHost: [::1]:9000\r\n\r\n",
                "GET /good HTTP/1.1\r\nHost: my_service-1.test:\r\n\r\n",
                "GET /good HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello",
                "GET /good HTTP/1.1\r\n" + HOST + "X-Latin: \u00e4\tb\r\n\r\n",
                "POST /good HTTP/1.1\r\n" + HOST + CHUNKED
                        + "\r\nA;a=b;c=\"d;\\\"\"\r\n0123456789\r\n00\r\nX-Sum: 1\r\n\r\n",
                "POST /good HTTP/1.1\r\n" + HOST
                        + "Transfer-Encoding:\tChunked \r\n\r\n1\r\n\n\r\n2\r\n\r\n\r\n0\r\n\r\n",
                "GET /good|{a}?\\^`\"<> HTTP/1.1\r\n" + HOST + "\r\n",
                "PROPFIND /good HTTP/1.1\r\n" + HOST + "\r\n"
            })
    void whatIsValidIsServedTwiceOnAConnection(String good) {
        try (Wire wire = core.connect()) {
            assertThat(wire.send(good).answer().status()).isEqualTo(200);
            if (!good.contains("HTTP/1.0")) {
                assertThat(wire.send(good).answer().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aTargetInAbsoluteFormReachesTheFunctionAsAPath() {
        try (Wire wire = core.connect()) {
            wire.send("GET http://function.test/abso?lute=1 HTTP/1.1\r\n" + HOST + "\r\n")
                    .answer();
        }
        assertThat(core.stdout()).contains("called GET /abso?lute=1 ");
    }
}
