package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestContextTest {
    private static final Duration DEFAULT = Duration.ofSeconds(7);

    @Test
    void thePlatformsIdIsTakenAsItIs() {
        RequestContext context = context("x-fc-request-id", "1-67a59f35-150c1267-f381ba1c085c");

        assertThat(context.requestId()).isEqualTo("1-67a59f35-150c1267-f381ba1c085c");
        assertThat(context.fromPlatform()).isTrue();
    }

    @Test
    void withoutAnIdTheCallIsLocalAndGetsOneOfThePlatformsForm() {
        RequestContext context = RequestContext.of(MultiMap.caseInsensitiveMultiMap(), null);

        assertThat(context.requestId()).matches("1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}");
        assertThat(context.fromPlatform()).isFalse();
    }

    @Test
    void anEmptyIdIsNone() {
        RequestContext context = context("x-fc-request-id", "");

        assertThat(context.requestId()).isNotEmpty();
        assertThat(context.fromPlatform()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nFC Invoke End RequestId: b", "a\rb", "a\u0000b", "a b", "caf\u00e9"})
    void anIdThatCouldForgeALineOrAHeaderIsNotTakenOver(String id) {
        RequestContext context = context("x-fc-request-id", id);

        assertThat(context.requestId()).matches("1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}");
        assertThat(context.fromPlatform()).isFalse();
        assertThat(context("x-request-id", id).requestId()).matches("1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}");
    }

    @Test
    void anIdMayHave256Characters() {
        assertThat(context("x-fc-request-id", "x".repeat(256)).fromPlatform()).isTrue();
        assertThat(context("x-fc-request-id", "x".repeat(257)).fromPlatform()).isFalse();
    }

    @Test
    void aCallersOwnIdIsTakenOverWhereThePlatformSendsNone() {
        RequestContext context = context("x-request-id", "callers-1");

        assertThat(context.requestId()).isEqualTo("callers-1");
        assertThat(context.fromPlatform()).isFalse();
    }

    @Test
    void newIdsDiffer() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            ids.add(RequestContext.of(MultiMap.caseInsensitiveMultiMap(), null).requestId());
        }
        assertThat(ids).hasSize(1000);
    }

    @Test
    void withoutTheHeaderTheConfiguredTimeoutCounts() {
        assertThat(RequestContext.of(MultiMap.caseInsensitiveMultiMap(), DEFAULT)
                        .timeout())
                .isEqualTo(DEFAULT);
        assertThat(RequestContext.of(MultiMap.caseInsensitiveMultiMap(), null).timeout())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"60, 60000", "1, 1000", " 3 , 3000", "0.5, 500", "86400, 86400000"})
    void theHeaderGivesSeconds(String seconds, long millis) {
        assertThat(context("x-fc-function-timeout", seconds).timeout()).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "undefined", "0", "-5", "NaN", "60s", "1,5"})
    void nonsenseIsNoTimeout(String nonsense) {
        assertThat(context("x-fc-function-timeout", nonsense).timeout()).isEqualTo(DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Infinity", "1e300", "9223372036854775807", "99999999999999999999"})
    void aTimeBeyondAllMeasureCanBeCountedInNanoseconds(String seconds) {
        Duration timeout = context("x-fc-function-timeout", seconds).timeout();

        assertThat(timeout == null ? 0 : timeout.toNanos()).isGreaterThanOrEqualTo(0);
    }

    private static RequestContext context(String header, @Nullable String value) {
        return RequestContext.of(MultiMap.caseInsensitiveMultiMap().set(header, value), DEFAULT);
    }
}
