package io.polyfn.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderRulesTest {
    private static final MultiMap NOTHING = MultiMap.caseInsensitiveMultiMap();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection",
                "Keep-Alive",
                "Proxy-Connection",
                "Proxy-Authenticate",
                "Proxy-Authorization",
                "TE",
                "Transfer-Encoding",
                "Upgrade",
                "HTTP2-Settings",
                "Expect"
            })
    void whatSpeaksOfOneConnectionStaysBehindBothWays(String name) {
        assertThat(toWorker(Map.of(name, "x")).names()).isEmpty();
        assertThat(toCaller(Map.of(name, "x"), false).names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-mine            | X-Mine",
                "close, X-MINE     | X-Mine",
                "keep-alive,x-mine | X-Mine",
                " X-Mine , close   | x-mine",
                "foo,,X-Mine       | X-Mine",
            })
    void whatConnectionNamesStaysBehindToo(String connection, String name) {
        Map<String, String> headers = Map.of("Connection", connection, name, "1", "X-Mine-Too", "2");

        assertThat(toWorker(headers).names()).containsExactly("X-Mine-Too");
        assertThat(toCaller(headers, false).names()).containsExactly("X-Mine-Too");
    }

    /** With one look at all options per header, this would be 64 million comparisons of names. */
    @Test
    void manyOptionsAndManyHeadersAreComparedOnce() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Connection", "a,".repeat(8000) + "x-0");
        for (int i = 0; i < 8000; i++) {
            headers.add("x-" + i, "");
        }
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();

        HeaderRules.toWorker(inbound(headers), NOTHING, passed);

        assertThat(passed.size()).isEqualTo(7999);
    }

    @Test
    void severalConnectionLinesCountAsOne() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Connection", "close")
                .add("Connection", "X-Mine")
                .add("X-Mine", "1");
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();

        HeaderRules.toWorker(inbound(headers), NOTHING, passed);

        assertThat(passed.names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length",
                "Host",
                "X-Fc-Request-Id",
                "x-scf-request-id",
                "X-CFF-Request-Id",
                "X-Forwarded-For",
                "Forwarded",
                "X-Request-Id",
                "traceparent"
            })
    void connectionCannotTakeAwayWhatOthersVouchFor(String name) {
        assertThat(toWorker(Map.of("Connection", name, name, "5")).names()).containsExactly(name);
    }

    @Test
    void aCallersHeadersPassInOrderRepeatedAndUnaltered() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Cookie", "a=1")
                .add("cookie", "b=2")
                .add("Accept", "")
                .add("X-Fc-Request-Id", "id")
                .add("Content-Length", "5")
                .add("Trailer", "X-Sum");
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();

        HeaderRules.toWorker(inbound(headers), NOTHING, passed);

        assertThat(passed.getAll("cookie")).containsExactly("a=1", "b=2");
        assertThat(passed.get("accept")).isEmpty();
        assertThat(passed.names())
                .containsExactlyInAnyOrder("Cookie", "Accept", "X-Fc-Request-Id", "Content-Length", "Trailer");
    }

    @Test
    void pseudoHeadersOfHttp2StayBehind() {
        assertThat(toWorker(Map.of(":path", "/", ":authority", "a")).names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Fc-Status", "x-fc-request-id", "X-FC-ANYTHING", "Date", "Server"})
    void whatFcReservesIsNotPassedBack(String name) {
        assertThat(toCaller(Map.of(name, "x"), true).names()).isEmpty();
        assertThat(toCaller(Map.of(name, "x"), false).names()).isEmpty();
    }

    @Test
    void aWorkersOtherHeadersPassRepeated() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Set-Cookie", "a=1")
                .add("Set-Cookie", "b=2")
                .add("Content-Type", "text/plain")
                .add("X-Fcstuff", "mine");
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();

        HeaderRules.toCaller(headers, passed, true);

        assertThat(passed.getAll("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(passed.names()).containsExactlyInAnyOrder("Set-Cookie", "Content-Type", "X-Fcstuff");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attachment                    | true  | false",
                "Attachment; filename=\"a.pdf\" | true  | false",
                "' attachment'                 | true  | false",
                "inline                        | true  | true",
                "attachment                    | false | true",
                "inline                        | false | true",
            })
    void aDownloadIsForbiddenOnlyBehindFc(String disposition, boolean fcInFront, boolean passes) {
        assertThat(toCaller(Map.of("Content-Disposition", disposition), fcInFront)
                        .contains("Content-Disposition"))
                .isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({
        "FunctionError,       true",
        "HandlerNotFound,     true",
        "FunctionLoadFailed,  true",
        "WorkerExiting,       true",
        "DeadlineExceeded,    false",
        "PayloadTooLarge,     false",
        "WorkerExited,        false",
        "Anything,            false",
        "'',                  false",
    })
    void aWorkerCannotForgeAFailureOfTheCore(String code, boolean passes) {
        for (String name : List.of("x-polyfn-failure", "X-Polyfn-Failure")) {
            assertThat(toCaller(Map.of(name, code), false).contains("x-polyfn-failure"))
                    .isEqualTo(passes);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "websocket | Upgrade             | true",
                "websocket | keep-alive, Upgrade | true",
                "websocket | upgrade             | true",
                "websocket | keep-alive          | false",
                "websocket | upgraded            | false",
                "websocket |                     | false",
                "          | Upgrade             | false",
            })
    void anUpgradeNeedsBothHeaders(@Nullable String upgrade, @Nullable String connection, boolean asks) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (upgrade != null) {
            headers.add("Upgrade", upgrade);
        }
        if (connection != null) {
            headers.add("Connection", connection);
        }

        assertThat(HeaderRules.asksForUpgrade(headers)).isEqualTo(asks);
    }

    @Test
    void whatTheCoreAddsReplacesTheCallersOwn() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("X-Fc-Request-Id", "forged")
                .add("X-Mine", "1");
        MultiMap additional = MultiMap.caseInsensitiveMultiMap().add("x-fc-request-id", "id");
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();

        HeaderRules.toWorker(inbound(headers), additional, passed);

        assertThat(passed.getAll("x-fc-request-id")).containsExactly("id");
        assertThat(passed.get("X-Mine")).isEqualTo("1");
    }

    @Test
    void theDeadlineIsTheCoresToSet() {
        assertThat(toWorker(Map.of("X-Fc-Function-Deadline", "1")).names()).isEmpty();

        MultiMap passed = MultiMap.caseInsensitiveMultiMap();
        HeaderRules.toWorker(
                inbound(MultiMap.caseInsensitiveMultiMap().add("X-Fc-Function-Deadline", "1")),
                MultiMap.caseInsensitiveMultiMap().add("x-fc-function-deadline", "2"),
                passed);

        assertThat(passed.getAll("x-fc-function-deadline")).containsExactly("2");
    }

    @Test
    void theAuthorityOfHttp2BecomesTheHostUnlessThereIsOne() {
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();
        HeaderRules.toWorker(inbound(MultiMap.caseInsensitiveMultiMap(), HttpVersion.HTTP_2), NOTHING, passed);
        assertThat(passed.get("host")).isEqualTo("example.com:8080");

        passed.clear();
        HeaderRules.toWorker(
                inbound(MultiMap.caseInsensitiveMultiMap().add("Host", "own"), HttpVersion.HTTP_2), NOTHING, passed);
        assertThat(passed.getAll("host")).containsExactly("own");

        passed.clear();
        HeaderRules.toWorker(inbound(MultiMap.caseInsensitiveMultiMap(), HttpVersion.HTTP_1_1), NOTHING, passed);
        assertThat(passed.names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"5 | 5", "' 7 ' | 7", "0 | 0", "abc | -1", "'' | -1", "99999999999999999999 | -1", " | -1"})
    void aLengthThatIsNoNumberIsUnknown(@Nullable String header, long length) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        if (header != null) {
            headers.add("Content-Length", header);
        }

        assertThat(HeaderRules.contentLength(headers)).isEqualTo(length);
    }

    @ParameterizedTest
    @CsvSource({"GET, 200, false", "HEAD, 200, true", "GET, 204, true", "POST, 304, true", "GET, 404, false"})
    void someResponsesEndWithTheirHead(String method, int status, boolean bodiless) {
        assertThat(HeaderRules.isResponseWithoutBody(HttpMethod.valueOf(method), status))
                .isEqualTo(bodiless);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\n b", "a\n\tb", "a\r b", "a\n", "a\0b"})
    void aValueOfMoreThanOneLineIsNone(String value) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("x-a", value);

        assertThatThrownBy(() -> HeaderRules.check(headers)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x a", "x\na", "x:a", "", "x\u00e4"})
    void aNameThatMayEndALineIsNone(String name) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add(name, "1");

        assertThatThrownBy(() -> HeaderRules.check(headers)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tabsAndOtherBytesAreOneLine() {
        HeaderRules.check(
                MultiMap.caseInsensitiveMultiMap().add("x-a", "a\tb \u00e4").add("x-b", ""));
    }

    private static Inbound inbound(MultiMap headers) {
        return inbound(headers, HttpVersion.HTTP_1_1);
    }

    private static Inbound inbound(MultiMap headers, HttpVersion version) {
        return Inbound.of((HttpServerRequest) Proxy.newProxyInstance(
                HeaderRulesTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "pause" -> proxy;
                    case "uri" -> "/";
                    case "headers" -> headers;
                    case "version" -> version;
                    case "authority" -> HostAndPort.create("example.com", 8080);
                    default -> throw new UnsupportedOperationException(method.getName());
                }));
    }

    private static MultiMap toWorker(Map<String, String> headers) {
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();
        HeaderRules.toWorker(inbound(MultiMap.caseInsensitiveMultiMap().addAll(headers)), NOTHING, passed);
        return passed;
    }

    private static MultiMap toCaller(Map<String, String> headers, boolean fcInFront) {
        MultiMap passed = MultiMap.caseInsensitiveMultiMap();
        HeaderRules.toCaller(MultiMap.caseInsensitiveMultiMap().addAll(headers), passed, fcInFront);
        return passed;
    }
}
