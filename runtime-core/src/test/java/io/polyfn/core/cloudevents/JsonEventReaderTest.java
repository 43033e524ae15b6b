package io.polyfn.core.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEventReaderTest {
    @Test
    void anEventMayHaveAnyDataAndExtensions() {
        String json = event(",\"n\" : 1.10, \"data\": {\"big\":12345678901234567890.10, \"id\": [null]} ")
                .replace(
                        ",\"n\" : 1.10",
                        ", \"time\":\"2026-11-24T10:00:00.000Z\", \"flag\":true, \"count\":3, \"no\":null");

        assertThatNoException().isThrownBy(() -> JsonEventReader.check(bytes(json)));
    }

    @Test
    void anEventWithThousandsOfAttributesIsNone() {
        StringBuilder attributes = new StringBuilder();
        for (int i = 0; i < 150_000; i++) {
            attributes.append(",\"a").append(i).append("\":1");
        }

        assertThatThrownBy(() -> JsonEventReader.check(bytes(event(attributes.toString()))))
                .isInstanceOf(InvocationFailure.class)
                .hasMessage("the CloudEvent has more than 1000 attributes");
    }

    @Test
    void aBatchMayHaveAnyNumberOfEvents() {
        String json = "[ " + event("") + ", " + event(",\"data\":[[]]") + "]";

        assertThatNoException().isThrownBy(() -> JsonEventReader.checkBatch(bytes(json)));
        assertThatNoException().isThrownBy(() -> JsonEventReader.checkBatch(bytes("[]")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                               | the CloudEvent has no id, no source, no specversion, no type
            {"specversion":"1.0","id":"","type":"t","source":null}           | the CloudEvent has no id, no source
            {"specversion":"0.3","id":"1","type":"t","source":"/s"}          | the CloudEvent has the specversion 0.3; only 1.0 is understood
            {"specversion":"1.0","id":"1","type":"t","source":"/s","id":"2"} | the CloudEvent has id twice
            {"specversion":"1.0","id":"1","type":"t","source":"/s","x":{}}   | the attribute x is not a string, boolean or integer
            {"specversion":"1.0","id":"1","type":"t","source":"/s","x":1.5}  | the attribute x is not a string, boolean or integer
            {"specversion":"1.0","id":"1","type":"t","source":"/s","X":"x"}  | X
            {"specversion":"1.0","id":"1","type":"t","source":"/s","time":1} | time
            {"data":1,"data_base64":"AA=="}                                  | the CloudEvent has its data twice
            {"specversion":"1.0"} {}                                         | the CloudEvent has
            {"specversion":                                                  | the CloudEvent cannot be read as JSON
            {"data":{]}                                                      | the CloudEvent cannot be read as JSON
            []                                                               | the CloudEvent is not a JSON object
            'text'                                                           | the CloudEvent cannot be read as JSON
            ''                                                               | the CloudEvent is empty
            """)
    void whatIsNoEventIsToldSo(String json, String said) {
        assertThatThrownBy(() -> JsonEventReader.check(bytes(json)))
                .isInstanceOfSatisfying(
                        InvocationFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.INVALID_CLOUD_EVENT))
                .hasMessageContaining(said);
    }

    @Test
    void theEventOfABatchThatIsNoneIsNumbered() {
        assertThatThrownBy(() -> JsonEventReader.checkBatch(bytes("[" + event("") + ",{\"specversion\":\"1.0\"}]")))
                .hasMessage("event 2 of the batch has no id, no source, no type");
        assertThatThrownBy(() -> JsonEventReader.checkBatch(bytes("[1]")))
                .hasMessage("event 1 of the batch is not a JSON object");
        assertThatThrownBy(() -> JsonEventReader.checkBatch(bytes(event(""))))
                .hasMessage("the batch of CloudEvents is not a JSON array");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.10",
                "\"a \\u00e9\"",
                "\"\\\\\"",
                "\"\"",
                "{\"a\" : [1, 2.50]}",
                "[]",
                "true",
                "null",
                "12345678901234567890"
            })
    void dataInJsonIsReadAsItIsWritten(String data) {
        for (String type : new String[] {"", ",\"datacontenttype\":\"application/vnd.a.b+json\""}) {
            for (String end : new String[] {"", " ", ",\"subject\":\"s\""}) {
                CloudEvent event = JsonEventReader.read(bytes(event(type + ",\"data\":" + data + end)));

                assertThat(new String(event.getData().toBytes(), UTF_8)).isEqualTo(data);
                assertThat(event.getDataContentType())
                        .isEqualTo(type.isEmpty() ? "application/json" : "application/vnd.a.b+json");
            }
        }
    }

    @Test
    void dataThatIsNotJsonIsAStringOrBase64() {
        String text = event(",\"data\":\"caf\\u00e9\\n\",\"datacontenttype\":\"text/plain\"");
        String binary = event(",\"data_base64\":\"AP8B\",\"datacontenttype\":\"image/png\"");

        assertThat(new String(JsonEventReader.read(bytes(text)).getData().toBytes(), UTF_8))
                .isEqualTo("café\n");
        assertThat(JsonEventReader.read(bytes(binary)).getData().toBytes()).containsExactly(0, 255, 1);
        assertThat(JsonEventReader.read(bytes(event(""))).getData()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ,"data":{},"datacontenttype":"text/plain" | must be a string
            ,"data_base64":"?"                        | not Base64
            ,"data_base64":1                          | must be a string
            """)
    void dataThatDoesNotFitItsTypeIsToldSo(String more, String said) {
        assertThatThrownBy(() -> JsonEventReader.read(bytes(event(more)))).hasMessageContaining(said);
    }

    private static String event(String more) {
        return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"" + more + "}";
    }

    private static byte[] bytes(String json) {
        return json.getBytes(UTF_8);
    }
}
