package io.polyfn.core.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventHeadersTest {
    @Test
    void headersAreAttributesAndTheBodyIsData() {
        MultiMap headers =
                required().set("Ce-Subject", "s").set("CE-myext", "mine").set("Content-Type", "text/plain");

        CloudEvent event = CloudEventHeaders.read(headers, "data".getBytes(UTF_8));

        assertThat(event.getId()).isEqualTo("1");
        assertThat(event.getSource()).isEqualTo(URI.create("/source"));
        assertThat(event.getType()).isEqualTo("greeting");
        assertThat(event.getSubject()).isEqualTo("s");
        assertThat(event.getDataContentType()).isEqualTo("text/plain");
        assertThat(event.getExtension("myext")).isEqualTo("mine");
        assertThat(event.getData().toBytes()).isEqualTo("data".getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            plain,                          plain
            Euro%20%E2%82%AC%20%F0%9F%98%80, Euro € 😀
            a+b,                            a+b
            100%,                           100%
            '"quoted \\"so\\" %25"',        'quoted "so" %'
            '"',                            '"'
            """)
    void headerValuesAreDecoded(String header, String value) {
        assertThat(CloudEventHeaders.decode(header)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /plain?a=b+c&d, /plain?a=b+c&d
            Euro € 😀,      Euro%20%E2%82%AC%20%F0%9F%98%80
            'say "100%"',   say%20%22100%25%22
            """)
    void headerValuesAreEncodedSoThatTheyComeBack(String value, String header) {
        assertThat(CloudEventHeaders.encode(value)).isEqualTo(header);
        assertThat(CloudEventHeaders.decode(header)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ce-id", "CE-Type", "ce-myext", "content-type"})
    void anAttributeStandsOnce(String name) {
        MultiMap headers = required()
                .set("ce-myext", "mine")
                .set("content-type", "text/plain")
                .add(name, "1");

        assertThatThrownBy(() -> CloudEventHeaders.read(headers, new byte[0])).hasMessageContaining("twice");
    }

    @Test
    void everythingThatIsMissingIsSaid() {
        assertThatThrownBy(
                        () -> CloudEventHeaders.read(required().remove("ce-id").set("ce-type", ""), new byte[0]))
                .isInstanceOf(InvocationFailure.class)
                .hasMessage("the CloudEvent has no ce-id, no ce-type");
        assertThatThrownBy(() -> CloudEventHeaders.read(required().remove("ce-specversion"), new byte[0]))
                .hasMessage("the CloudEvent has no ce-specversion");
    }

    @ParameterizedTest
    @CsvSource({
        "ce-specversion, 0.3, 0.3; only 1.0 is understood",
        "ce-time, yesterday, yesterday",
        "ce-source, a b, source",
        "ce-my_ext, x, my_ext",
        "ce-data, x, ce-data: the data is the body"
    })
    void whatIsNotValidIsNamed(String name, String value, String said) {
        assertThatThrownBy(() -> CloudEventHeaders.read(required().set(name, value), new byte[0]))
                .isInstanceOf(InvocationFailure.class)
                .hasMessageContaining(said);
    }

    @Test
    void anEncodedBodyIsRefused() {
        assertThatThrownBy(() -> CloudEventHeaders.requireNoEncoding(required().set("content-encoding", "gzip")))
                .hasMessageContaining("content-encoding gzip: send it without");
    }

    @Test
    void anEventBecomesHeadersAndItsDataTheBody() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        CloudEvent event = CloudEventBuilder.v1()
                .withId("1")
                .withSource(URI.create("/source"))
                .withType("greeting")
                .withSubject("é")
                .withExtension("count", 3)
                .withData("text/plain", "data".getBytes(UTF_8))
                .build();

        Buffer body = CloudEventHeaders.write(event, headers);

        assertThat(body.toString()).isEqualTo("data");
        assertThat(headers.entries().stream().map(entry -> entry.getKey() + ": " + entry.getValue()))
                .containsExactlyInAnyOrder(
                        "ce-specversion: 1.0",
                        "ce-id: 1",
                        "ce-source: /source",
                        "ce-type: greeting",
                        "ce-subject: %C3%A9",
                        "ce-count: 3",
                        "Content-Type: text/plain");
    }

    private static MultiMap required() {
        return MultiMap.caseInsensitiveMultiMap()
                .set("ce-specversion", "1.0")
                .set("ce-id", "1")
                .set("ce-source", "/source")
                .set("ce-type", "greeting");
    }
}
