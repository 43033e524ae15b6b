package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {
    private final MultiMap from = MultiMap.caseInsensitiveMultiMap();

    @Test
    void theClientContextIsJsonThatAHeaderCanCarry() {
        from.set("X-Amz-Client-Context", base64("{\"custom\":\n {\"name\": \"Jos\u00e9 \u4e2d\"}}"));

        assertThat(described(Dialect.LAMBDA).get("Lambda-Runtime-Client-Context"))
                .isEqualTo("{\"custom\":{\"name\":\"Jos\\u00e9 \\u4e2d\"}}");
        assertThat(described(Dialect.FC).names()).doesNotContain("Lambda-Runtime-Client-Context");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "W10=", "eyJ", "aGVsbG8="})
    void aClientContextThatIsNoneIsNamed(String said) {
        from.set("X-Amz-Client-Context", said);

        assertThatThrownBy(() -> described(Dialect.LAMBDA))
                .isInstanceOf(InvocationFailure.class)
                .hasMessageContaining("X-Amz-Client-Context must be a JSON object in base64")
                .extracting("code")
                .isEqualTo(FailureCode.BAD_REQUEST);
    }

    @Test
    void forAnHttpRequestItIsAHeaderLikeAnyOther() {
        from.set("X-Amz-Client-Context", "no base64");

        assertThat(described(Dialect.LAMBDA, false).names()).doesNotContain("Lambda-Runtime-Client-Context");
    }

    /** Contract 3.18. */
    @ParameterizedTest
    @EnumSource
    void tracesAreContinued(Dialect dialect) {
        from.set("traceparent", "00-1-2-01")
                .set("tracestate", "a=b")
                .set("baggage", "")
                .set("x-mine", "no");

        assertThat(described(dialect).get("traceparent")).isEqualTo("00-1-2-01");
        assertThat(described(dialect).get("tracestate")).isEqualTo("a=b");
        assertThat(described(dialect).names()).doesNotContain("baggage", "x-mine");
    }

    /** Any caller can send them, and clients exit over a head that is larger than they read. */
    @ParameterizedTest
    @EnumSource
    void whatIsLongerThanAClientReadsIsLeftOut(Dialect dialect) {
        from.set("traceparent", "0".repeat(513))
                .set("tracestate", "a".repeat(60_000))
                .set("baggage", "b".repeat(4097))
                .set("x-amzn-trace-id", "c".repeat(60_000));

        MultiMap described = described(dialect);

        assertThat(described.names()).doesNotContain("traceparent", "tracestate", "baggage", "Lambda-Runtime-Trace-Id");
    }

    @Test
    void aClientContextIsNoLongerThanLambdas() {
        from.set("X-Amz-Client-Context", base64("{\"a\":\"" + "x".repeat(2700) + "\"}"));

        assertThatThrownBy(() -> described(Dialect.LAMBDA))
                .hasMessageContaining("X-Amz-Client-Context has")
                .extracting("code")
                .isEqualTo(FailureCode.BAD_REQUEST);
    }

    private MultiMap described(Dialect dialect) {
        return described(dialect, true);
    }

    private MultiMap described(Dialect dialect, boolean event) {
        MultiMap to = MultiMap.caseInsensitiveMultiMap();
        dialect.describe(new Dialect.Invoked("1", event, 0, null, from), to);
        return to;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
