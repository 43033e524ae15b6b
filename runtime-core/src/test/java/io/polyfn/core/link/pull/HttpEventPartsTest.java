package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.http.Inbound;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpEventPartsTest {
    /** Contract 8.3.2. */
    @ParameterizedTest
    @CsvSource({
        "content-type, Content-Type",
        "X-FORWARDED-FOR, X-Forwarded-For",
        "ETag, Etag",
        "x-1a--b-, X-1a--B-",
        "a, A"
    })
    void namesAreWrittenAsFcDoes(String name, String canonical) {
        assertThat(HttpEventParts.canonical(name)).isEqualTo(canonical);
    }

    /** Contract 8.3.5. */
    @Test
    void noPlatformsHeadersAreInAnEvent() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("X-Mine", "1")
                .add("x-fc-access-key-secret", "2")
                .add("X-Scf-Secret-Key", "3")
                .add("x-scf-session-token", "4")
                .add("X-CFF-Request-Id", "5")
                .add("x_scf_secret_id", "6");
        Inbound request = Inbound.of((HttpServerRequest) Proxy.newProxyInstance(
                HttpEventPartsTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "pause" -> proxy;
                    case "headers" -> headers;
                    case "uri" -> "/";
                    default -> null;
                }));
        HttpEventParts parts = new HttpEventParts(request, headers, "id", "/", "", Instant.EPOCH);

        assertThat(parts.canonicalHeaders().getMap()).containsOnlyKeys("X-Mine");
        assertThat(parts.lowerCaseHeaders().getMap()).containsOnlyKeys("x-mine");
    }
}
