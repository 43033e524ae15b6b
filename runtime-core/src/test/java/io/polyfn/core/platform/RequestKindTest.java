package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of either kind and calls of hooks, which one rule tells apart. */
class RequestKindTest {
    @ParameterizedTest(name = "{0} {1} with control path {2} is {3}")
    @CsvSource({
        // The control path, where the platform sends one.
        "POST, /invoke,                                  /invoke,       EVENT",
        "POST, /initialize,                              /initialize,   INITIALIZE",
        "GET,  /pre-freeze,                              /pre-freeze,   PRE_FREEZE",
        "GET,  /pre-stop,                                /pre-stop,     PRE_STOP",
        "GET,  /,                                        /http-invoke,  HTTP",
        // It wins over method and path.
        "POST, /invoke,                                  /http-invoke,  HTTP",
        "POST, /initialize,                              /http-invoke,  HTTP",
        "GET,  /pre-stop,                                /http-invoke,  HTTP",
        "POST, /,                                        /invoke,       EVENT",
        "POST, /elsewhere,                               /pre-stop,     PRE_STOP",
        // An unknown one is a client's request.
        "POST, /invoke,                                  /unheard-of,   HTTP",
        // An empty one counts as absent.
        "POST, /invoke,                                  '',            EVENT",
        // Without it, method and path together.
        "POST, /invoke,                                  ,              EVENT",
        "POST, /initialize,                              ,              INITIALIZE",
        "GET,  /pre-freeze,                              ,              PRE_FREEZE",
        "GET,  /pre-stop,                                ,              PRE_STOP",
        "GET,  /invoke,                                  ,              HTTP",
        "PUT,  /invoke,                                  ,              HTTP",
        "HEAD, /pre-freeze,                              ,              HTTP",
        "POST, /pre-freeze,                              ,              HTTP",
        "POST, /pre-stop,                                ,              HTTP",
        "GET,  /initialize,                              ,              HTTP",
        "GET,  /http-invoke,                             ,              HTTP",
        "POST, /invoke/,                                 ,              HTTP",
        "POST, /Invoke,                                  ,              HTTP",
        "POST, /2016-08-15/proxy/service/function/invoke, ,             HTTP",
        "GET,  /2016-08-15/proxy/service/function/,      ,              HTTP",
        "GET,  /,                                        ,              HTTP",
        "OPTIONS, *,                                     ,              HTTP",
    })
    void theControlPathDecidesAndElseMethodAndPath(
            String method, @Nullable String path, @Nullable String controlPath, String expected) {
        MultiMap headers = headers(FcHeaders.CONTROL_PATH, controlPath);

        assertThat(Platform.LOCAL.endpoint(method, path, headers)).hasToString(expected);
    }

    /** Contract 12.1, 12.3.2 and 12.3.3. */
    @ParameterizedTest(name = "{0}: {1} {2} is {3}")
    @CsvSource({
        "FC3,           POST, /event-invoke, HTTP",
        "FC2,           POST, /init,         HTTP",
        "LAMBDA,        POST, /invoke,       EVENT",
        "LAMBDA,        POST, /initialize,   HTTP",
        "SCF,           POST, /event-invoke, EVENT",
        "SCF,           GET,  /event-invoke, HTTP",
        "SCF,           POST, /invoke,       HTTP",
        "SCF,           POST, /initialize,   HTTP",
        "FUNCTIONGRAPH, POST, /invoke,       EVENT",
        "FUNCTIONGRAPH, POST, /init,         INITIALIZE",
        "FUNCTIONGRAPH, GET,  /init,         HTTP",
        "FUNCTIONGRAPH, POST, /initialize,   HTTP",
        "FUNCTIONGRAPH, GET,  /pre-stop,     HTTP",
        "KNATIVE,       POST, /invoke,       EVENT",
        "KUBERNETES,    POST, /invoke,       EVENT",
        "KUBERNETES,    POST, /event-invoke, HTTP",
        "LOCAL,         POST, /init,         HTTP",
    })
    void eachPlatformHasItsOwnPaths(Platform platform, String method, String path, String expected) {
        assertThat(platform.endpoint(method, path, MultiMap.caseInsensitiveMultiMap()))
                .hasToString(expected);
    }

    @Test
    void aRequestWithoutAPathIsHttp() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();

        assertThat(Platform.LOCAL.endpoint("CONNECT", null, headers)).isEqualTo(RequestKind.HTTP);
    }

    @Test
    void metricsGetTheNameInLowerCase() {
        assertThat(RequestKind.EVENT.label()).isEqualTo("event");
        assertThat(RequestKind.HTTP.label()).isEqualTo("http");
    }

    @ParameterizedTest
    @EnumSource
    void theControlPathOfAKindIsThatKind(RequestKind kind) {
        assertThat(Platform.LOCAL.endpoint("GET", "/", headers(FcHeaders.CONTROL_PATH, kind.path())))
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "INITIALIZE, POST, /initialize, Initialize, 1",
        "PRE_FREEZE, GET,  /pre-freeze, PreFreeze,  3",
        "PRE_STOP,   GET,  /pre-stop,   PreStop,    2"
    })
    void aHookHasItsNames(Hook hook, String method, String path, String label, int functionType) {
        assertThat(hook.method()).isEqualTo(HttpMethod.valueOf(method));
        assertThat(hook.path()).isEqualTo(path);
        assertThat(hook.label()).isEqualTo(label);
        assertThat(hook.functionType()).isEqualTo(functionType);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "30", "300"})
    void anInitializerHasItsOwnTime(String seconds) {
        assertThat(Hook.INITIALIZE.timeLimit(headers(FcHeaders.INITIALIZATION_TIMEOUT, seconds)))
                .hasSeconds(Long.parseLong(seconds));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "0", "-1", "undefined", "1.5", "301", "999999999", "9999999999"})
    void withoutAValidOneItHasTheLongest(@Nullable String seconds) {
        assertThat(Hook.INITIALIZE.timeLimit(headers(FcHeaders.INITIALIZATION_TIMEOUT, seconds)))
                .hasMinutes(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"PRE_FREEZE", "PRE_STOP"})
    void otherHooksDoNotHaveTheInitializersTime(Hook hook) {
        assertThat(hook.timeLimit(headers(FcHeaders.INITIALIZATION_TIMEOUT, "1")))
                .hasSeconds(90);
    }

    private static MultiMap headers(String name, @Nullable String value) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        return value == null ? headers : headers.set(name, value);
    }
}
