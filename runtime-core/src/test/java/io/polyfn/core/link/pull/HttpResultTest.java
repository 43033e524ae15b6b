package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpResultTest {
    @Test
    void anObjectWithAStatusIsAnAnswer() {
        HttpResult answer = answer("""
                {"statusCode": 201, "headers": {"X-Text": "a", "x-number": 1, "x-list": ["b", "c"], "content-length": "99", "x-null": null},
                 "multiValueHeaders": {"X-Text": ["d", "e"]}, "cookies": ["f=1", "g=2"], "body": "text \u00e4"}""", null);

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.headers().getAll("x-text")).containsExactly("d", "e");
        assertThat(answer.headers().get("x-number")).isEqualTo("1");
        assertThat(answer.headers().getAll("x-list")).containsExactly("b", "c");
        assertThat(answer.headers().getAll("set-cookie")).containsExactly("f=1", "g=2");
        assertThat(answer.headers().names()).doesNotContain("x-null");
        assertThat(answer.body().toString()).isEqualTo("text \u00e4");
    }

    @Test
    void aBodyIsDecodedWhereItSaysSo() {
        assertThat(answer("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"AP8=\"}", null)
                        .body()
                        .getBytes())
                .containsExactly(0, 255);
        assertThat(answer("{\"statusCode\":200,\"body\":{\"a\":1}}", null)
                        .body()
                        .toString())
                .isEqualTo("{\"a\":1}");
        assertThat(answer("{\"statusCode\":200}", null).body().length()).isZero();
    }

    /** HTTP writes each character as a byte. */
    @Test
    void aHeadersValueIsUtf8() {
        HttpResult answer = answer(
                "{\"statusCode\":200,\"headers\":{\"x-name\":\"Jos\u00e9 \u4e2d\"},\"cookies\":[\"n=\u00e9\"]}", null);

        assertThat(answer.headers().get("x-name").getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo("Jos\u00e9 \u4e2d".getBytes(StandardCharsets.UTF_8));
        assertThat(answer.headers().get("set-cookie")).isEqualTo("n=\u00c3\u00a9");
    }

    @Test
    void fcSendsInvalidBase64AsItIs() {
        Buffer said = Buffer.buffer("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"no base64!\"}");

        assertThat(HttpResult.of(Dialect.FC, said, null).body().toString()).isEqualTo("no base64!");
        assertThat(HttpResult.of(
                                Dialect.FC,
                                Buffer.buffer("{\"statusCode\":200,\"isBase64Encoded\":true,\"body\":\"AP8=\"}"),
                                null)
                        .body()
                        .getBytes())
                .containsExactly(0, 255);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "\"string\"", "[1]", "{\"a\":1}", "{ not json", "null"})
    void anythingElseIsABody(String said) {
        HttpResult answer = answer(said, null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().get("content-type")).isEqualTo("application/json");
        assertThat(answer.body().toString()).isEqualTo(said);
        assertThat(answer(said, "text/plain").headers().get("content-type")).isEqualTo("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"20\"", "\"many\"", "199", "600", "200.5", "null", "[]", "1e99"})
    void aStatusThatIsNoneIsNamed(String status) {
        assertThatThrownBy(() -> answer("{\"statusCode\":" + status + "}", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it must be a number from 200 to 599");
    }

    @Test
    void aPreludeHasEverythingButTheBody() {
        HttpResult prelude = HttpResult.prelude(Buffer.buffer("{\"headers\":{\"x-mine\":\"yes\"}}"));

        assertThat(prelude.status()).isEqualTo(200);
        assertThat(prelude.headers().get("x-mine")).isEqualTo("yes");
        assertThatThrownBy(() -> HttpResult.prelude(Buffer.buffer("no")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a JSON object");
    }

    /** Objects of two million values would need more than the heap. */
    @Test
    void millionsOfValuesAreNotMadeObjectsOf() {
        String many = "[" + "{},".repeat(2_000_000) + "{}]";

        assertThat(answer(many, null).body().length()).isEqualTo(many.length());
        assertThat(answer("{\"a\": {\"statusCode\": 201}, \"b\": " + many + "}", null)
                        .status())
                .isEqualTo(200);
        HttpResult large = answer("{\"statusCode\": 201, \"other\": " + many + ", \"body\": " + many + " }", null);
        assertThat(large.status()).isEqualTo(201);
        assertThat(large.body().length()).isEqualTo(many.length());
        assertThatThrownBy(() -> answer("{\"statusCode\": 201, \"headers\": {\"a\": " + many + "}}", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("more than 65536 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "\u00e4\u4e2d\ud83d\ude00",
                "\\\" \\\\ \\/ \\b\\f\\n\\r\\t",
                "\\u0041\\u00e4\\u4e2d\\ud83d\\ude00|\\ud83d|\\ude00\\u0000",
                "ends with \\\\"
            })
    void aBodyIsTheTextOfItsString(String inJson) {
        String text = new JsonObject("{\"a\":\"" + inJson + "\"}").getString("a");

        for (String order :
                List.of("{\"statusCode\":200,\"body\":\"%s\"}", "{\"body\" : \"%s\" ,\"statusCode\":200}")) {
            assertThat(answer(order.formatted(inJson), null).body().getBytes())
                    .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.50", "true", "[1, 2]", "{\"a\" :1}"})
    void anyOtherBodyIsTheJsonThatItIs(String body) {
        assertThat(answer("{\"statusCode\":200,\"body\": " + body + " }", null)
                        .body()
                        .toString())
                .isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"statusCode\":201,\"body\":\"",
                "{\"statusCode\":201,\"body\":\"\\",
                "{\"statusCode\":201,\"body\":\"\\x\"}",
                "{\"statusCode\":201,\"body\":\"a\"} more",
                "{\"statusCode\":201,\"body\":[}"
            })
    void whatIsNotJsonIsABodyAsItIs(String said) {
        assertThat(answer(said, null).status()).isEqualTo(200);
        assertThat(answer(said, null).body().toString()).isEqualTo(said);
    }

    private static HttpResult answer(String said, @Nullable String contentType) {
        return HttpResult.of(Dialect.LAMBDA, Buffer.buffer(said), contentType);
    }
}
