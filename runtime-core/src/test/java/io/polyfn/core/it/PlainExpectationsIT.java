package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases of Http11Probe (github.com/MDA2AV/Http11Probe) with one plain expectation, by its names: a valid request is served, and an invalid
 * one gets 400, after which the connection is closed. More cases, and what follows on the connection, are in {@link RequestFramingIT}.
 */
class PlainExpectationsIT {
    private static final String HOST = "Host: function.test\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String LENGTH = "Content-Length: 5\r\n";

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    @BeforeAll
    static void start() {
        core = CORES.start("hooks.js");
    }

    static Stream<Arguments> served() {
        return Stream.of(
                Arguments.of("COMP-BASELINE", get(HOST)),
                Arguments.of("COMP-OPTIONS-STAR", "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("COMP-POST-CL-ZERO", post("Content-Length: 0\r\n", "")),
                Arguments.of("COMP-POST-NO-CL-NO-TE", post("", "")),
                Arguments.of("COMP-CHUNKED-EMPTY", post(CHUNKED, "0\r\n\r\n")));
    }

    static Stream<Arguments> refused() {
        return Stream.of(requestLines(), headers(), lengths(), encodings(), chunks())
                .flatMap(cases -> cases);
    }

    private static Stream<Arguments> requestLines() {
        return Stream.of(
                Arguments.of("RFC9112-3-CR-ONLY-LINE-ENDING", "GET / HTTP/1.1\r" + HOST + "\r\n"),
                Arguments.of("RFC9112-3-MISSING-TARGET", line("GET HTTP/1.1")),
                Arguments.of("COMP-ASTERISK-WITH-GET", line("GET * HTTP/1.1")),
                Arguments.of("COMP-VERSION-MISSING-MINOR", line("GET / HTTP/1")),
                Arguments.of("COMP-VERSION-LEADING-ZEROS", line("GET / HTTP/01.01")),
                Arguments.of("COMP-VERSION-WHITESPACE", line("GET / HTTP/ 1.1")),
                Arguments.of("COMP-VERSION-CASE", line("GET / http/1.1")),
                Arguments.of("COMP-SPACE-IN-TARGET", line("GET /two words HTTP/1.1")),
                Arguments.of("MAL-NUL-IN-URL", line("GET /a\0b HTTP/1.1")),
                Arguments.of("MAL-NON-ASCII-URL", line("GET /\u00c3\u00bc HTTP/1.1")),
                Arguments.of("MAL-URL-OVERLONG-UTF8", line("GET /\u00c0\u00af HTTP/1.1")));
    }

    private static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of("RFC9112-5.1-OBS-FOLD", get(HOST + "X-A: one\r\n two\r\n")),
                Arguments.of("RFC9110-5.6.2-SP-BEFORE-COLON", get(HOST + "X-A : 1\r\n")),
                Arguments.of("RFC9112-5-EMPTY-HEADER-NAME", get(HOST + ": 1\r\n")),
                Arguments.of("RFC9112-5-INVALID-HEADER-NAME", get(HOST + "X[A: 1\r\n")),
                Arguments.of("RFC9112-5-HEADER-NO-COLON", get(HOST + "X-A\r\n")),
                Arguments.of("COMP-WHITESPACE-BEFORE-HEADERS", get(" \r\n" + HOST)),
                Arguments.of("SMUG-BARE-CR-HEADER-VALUE", get(HOST + "X-A: 1\r2\r\n")),
                Arguments.of("MAL-CONTROL-CHARS-HEADER", get(HOST + "X-A: 1\u0007\b\u000b2\r\n")),
                Arguments.of("MAL-NON-ASCII-HEADER-NAME", get(HOST + "X-\u00c3\u00bc: 1\r\n")),
                Arguments.of("MAL-NUL-IN-HEADER-VALUE", get(HOST + "X-A: 1\0002\r\n")),
                Arguments.of("RFC9112-7.1-MISSING-HOST", get("")),
                Arguments.of("RFC9110-5.4-DUPLICATE-HOST", get(HOST + "Host: other.test\r\n")),
                Arguments.of("COMP-DUPLICATE-HOST-SAME", get(HOST + HOST)),
                Arguments.of("COMP-HOST-WITH-USERINFO", get("Host: me@function.test\r\n")),
                Arguments.of("COMP-HOST-WITH-PATH", get("Host: function.test/a\r\n")),
                Arguments.of("COMP-HOST-EMPTY-VALUE", get("Host: \r\n")),
                Arguments.of("SMUG-MULTIPLE-HOST-COMMA", get("Host: function.test, other.test\r\n")));
    }

    private static Stream<Arguments> lengths() {
        return Stream.of(
                Arguments.of("RFC9112-6.1-CL-NON-NUMERIC", post("Content-Length: five\r\n", "hello")),
                Arguments.of("RFC9112-6.1-CL-PLUS-SIGN", post("Content-Length: +5\r\n", "hello")),
                Arguments.of("SMUG-DUPLICATE-CL", post(LENGTH + "Content-Length: 8\r\n", "hello...")),
                Arguments.of("SMUG-CL-NEGATIVE", post("Content-Length: -5\r\n", "hello")),
                Arguments.of("SMUG-CL-NEGATIVE-ZERO", post("Content-Length: -0\r\n", "")),
                Arguments.of("SMUG-CL-COMMA-DIFFERENT", post("Content-Length: 5, 8\r\n", "hello...")),
                Arguments.of("SMUG-CL-OCTAL", post("Content-Length: 0o5\r\n", "hello")),
                Arguments.of("SMUG-CL-HEX-PREFIX", post("Content-Length: 0x5\r\n", "hello")),
                Arguments.of("SMUG-CL-INTERNAL-SPACE", post("Content-Length: 0 5\r\n", "hello")),
                Arguments.of("SMUG-CL-UNDERSCORE", post("Content-Length: 0_5\r\n", "hello")),
                Arguments.of("MAL-CL-OVERFLOW", post("Content-Length: 55555555555555555555\r\n", "hello")),
                Arguments.of("MAL-CL-EMPTY", post("Content-Length: \r\n", "hello")));
    }

    private static Stream<Arguments> encodings() {
        return Stream.of(
                Arguments.of("SMUG-TE-SP-BEFORE-COLON", post("Transfer-Encoding : chunked\r\n" + LENGTH, "hello")),
                Arguments.of("SMUG-TE-NOT-FINAL-CHUNKED", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
                Arguments.of("SMUG-TE-HTTP10", "POST / HTTP/1.0\r\n" + HOST + CHUNKED + LENGTH + "\r\nhello"),
                Arguments.of("SMUG-TE-EMPTY-VALUE", post("Transfer-Encoding: \r\n" + LENGTH, "hello")),
                Arguments.of(
                        "SMUG-TE-DUPLICATE-HEADERS",
                        post(CHUNKED + "Transfer-Encoding: identity\r\n" + LENGTH, "hello")),
                Arguments.of("SMUG-TE-VTAB", post("Transfer-Encoding: \u000bchunked\r\n" + LENGTH, "hello")),
                Arguments.of("SMUG-TE-FORMFEED", post("Transfer-Encoding: \fchunked\r\n" + LENGTH, "hello")),
                Arguments.of("SMUG-TE-NULL", post("Transfer-Encoding: chunked\0\r\n" + LENGTH, "hello")));
    }

    private static Stream<Arguments> chunks() {
        return Stream.of(
                Arguments.of("SMUG-CHUNK-BARE-SEMICOLON", chunked("5;\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-EXT-INVALID-TOKEN", chunked("5;a[=b\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-EXT-CTRL", chunked("5;\0a\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-EXT-CR", chunked("5;a\rb\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-UNDERSCORE", chunked("0_5\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-HEX-PREFIX", chunked("0x5\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-SIZE-PLUS", chunked("+5\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-NEGATIVE", chunked("-5\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-SIZE-TRAILING-OWS", chunked("5 \r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-LEADING-SP", chunked(" 5\r\nhello\r\n")),
                Arguments.of("SMUG-CHUNK-MISSING-TRAILING-CRLF", chunked("5\r\nhello")),
                Arguments.of("SMUG-CHUNK-SPILL", chunked("5\r\nhello...\r\n")),
                Arguments.of("SMUG-CHUNK-BARE-CR-TERM", chunked("5\rhello\r\n")),
                Arguments.of("MAL-CHUNK-SIZE-OVERFLOW", chunked("10000000000000005\r\nhello\r\n")));
    }

    private static String line(String line) {
        return line + "\r\n" + HOST + "\r\n";
    }

    private static String get(String headers) {
        return "GET / HTTP/1.1\r\n" + headers + "\r\n";
    }

    private static String post(String headers, String body) {
        return "POST / HTTP/1.1\r\n" + HOST + headers + "\r\n" + body;
    }

    private static String chunked(String chunk) {
        return post(CHUNKED, chunk + "0\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void served(String name, String request) {
        try (Wire wire = core.connect().send(request)) {
            assertThat(wire.answer().status()).as(name).isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, String request) {
        try (Wire wire = core.connect().send(request)) {
            assertThat(wire.answer().status()).as(name).isEqualTo(400);
            assertThat(wire.ended()).isTrue();
        }
    }
}
