package io.polyfn.core.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KindTest {
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
        // One that nobody knows is not taken for a hook.
        "POST, /invoke,                                  /unheard-of,   HTTP",
        // An empty one is none.
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
            String method, String path, @Nullable String controlPath, Kind expected) {
        assertThat(Kind.of(request(method, path, controlPath))).isEqualTo(expected);
    }

    @Test
    void aRequestWithoutAPathIsHttp() {
        assertThat(Kind.of(request("CONNECT", null, null))).isEqualTo(Kind.HTTP);
    }

    @Test
    void onlyTheLifecycleKindsAreHooks() {
        assertThat(Kind.values())
                .filteredOn(kind -> kind.hook() != null)
                .containsExactly(Kind.INITIALIZE, Kind.PRE_FREEZE, Kind.PRE_STOP);
    }

    @Test
    void metricsSeeTheNameInLowerCase() {
        assertThat(Kind.EVENT.label()).isEqualTo("event");
        assertThat(Kind.HTTP.label()).isEqualTo("http");
    }

    private static HttpServerRequest request(String method, @Nullable String path, @Nullable String controlPath) {
        return (HttpServerRequest) Proxy.newProxyInstance(
                KindTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, called, arguments) -> switch (called.getName()) {
                    case "method" -> HttpMethod.valueOf(method);
                    case "path" -> path;
                    case "getHeader" -> "x-fc-control-path".equals(String.valueOf(arguments[0])) ? controlPath : null;
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }
}
