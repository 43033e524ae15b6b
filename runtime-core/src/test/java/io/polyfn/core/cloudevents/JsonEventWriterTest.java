package io.polyfn.core.cloudevents;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventWriterTest {
    @Test
    void attributesAndExtensionsAreStrings() {
        MultiMap headers = headers("application/json")
                .set("ce-time", "2026-11-24T10:00:00Z")
                .set("ce-subject", "%22a%22")
                .set("ce-count", "3");

        assertThat(new JsonObject(JsonEventWriter.write(CloudEventHeaders.read(headers, "{}".getBytes(UTF_8)))))
                .isEqualTo(new JsonObject()
                        .put("specversion", "1.0")
                        .put("id", "1")
                        .put("source", "/s")
                        .put("type", "t")
                        .put("time", "2026-11-24T10:00:00Z")
                        .put("subject", "\"a\"")
                        .put("count", "3")
                        .put("datacontenttype", "application/json")
                        .put("data", new JsonObject()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/json               | {"a" : 1.10} | "data":{"a" : 1.10}}
            application/vnd.a-b.c+json;v=1 | [1]          | "data":[1]}
                                           | [1]          | "data":[1]}
                                           | plain        | "data_base64":"cGxhaW4="}
            text/plain                     | say "é"      | "data":"say \\"é\\""}
            text/plain; charset=UTF-8      | é            | "data":"é"}
            text/plain; charset=utf-16     | é            | "data_base64":"w6k="}
            image/svg+xml                  | <svg/>       | "data":"<svg/>"}
            application/octet-stream       | [1]          | "data_base64":"WzFd"}
            """)
    void dataIsJsonOrTextOrBase64(String contentType, String body, String end) {
        CloudEvent event = CloudEventHeaders.read(headers(contentType), body.getBytes(UTF_8));

        assertThat(JsonEventWriter.write(event).toString()).endsWith(end);
    }

    @Test
    void bytesThatAreNotTheTextTheyClaimToBeComeOutAsTheyWentIn() {
        CloudEvent event = CloudEventHeaders.read(headers("text/plain"), "é".getBytes(ISO_8859_1));

        assertThat(JsonEventWriter.write(event).toString()).endsWith("\"data_base64\":\"6Q==\"}");
    }

    @Test
    void textThatIsMostlyEscapesIsBase64() {
        CloudEvent event = CloudEventHeaders.read(
                headers("text/plain"), "\u0001".repeat(100).getBytes(UTF_8));

        assertThat(JsonEventWriter.write(event).toString()).contains("\"data_base64\":\"AQEB");
    }

    @Test
    void noBodyIsNoData() {
        assertThat(JsonEventWriter.write(CloudEventHeaders.read(headers("application/json"), new byte[0]))
                        .toString())
                .doesNotContain("\"data\":", "\"data_base64\":");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "{} {}", "plain", " ", "\u0000"})
    void dataThatIsNotTheJsonItClaimsToBeIsToldSo(String body) {
        CloudEvent event = CloudEventHeaders.read(headers("application/json"), body.getBytes(UTF_8));

        assertThatThrownBy(() -> JsonEventWriter.write(event))
                .hasMessage("the data of the CloudEvent is not JSON, as its content type says: application/json");
    }

    private static MultiMap headers(String contentType) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .set("ce-specversion", "1.0")
                .set("ce-id", "1")
                .set("ce-source", "/s")
                .set("ce-type", "t");
        return contentType == null ? headers : headers.set("content-type", contentType);
    }
}
