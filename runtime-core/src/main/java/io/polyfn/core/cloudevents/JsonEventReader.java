package io.polyfn.core.cloudevents;

import static io.polyfn.core.cloudevents.CloudEventHeaders.invalid;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.rw.CloudEventRWException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents in JSON. They are read as a stream, where the SDK's format makes a tree of the data: the tree of a small body can be larger
 * than the core's memory, and would be written with other numbers than it was read from. What counts as valid is the SDK's decision.
 */
final class JsonEventReader {
    /** Nothing is told from the first bytes: JSON is UTF-8 here. */
    static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(CloudEvents.MAX_RESPONSE_BYTES)
                    .build())
            .build();

    /** Far more than events have; the SDK needs much longer for each than the parser. */
    private static final int MAX_ATTRIBUTES = 1000;

    private static final String THIS = "the CloudEvent";

    private JsonEventReader() {}

    /** Throws an {@link io.polyfn.core.failure.InvocationFailure} if this is not an event. */
    static void check(byte[] json) {
        var _ = parse(THIS, json, parser -> Members.of(THIS, parser).attributes(THIS));
    }

    /** Throws an {@link io.polyfn.core.failure.InvocationFailure} if anything in this batch is not an event. */
    static void checkBatch(byte[] json) {
        var _ = parse("the batch of CloudEvents", json, parser -> {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                throw invalid("the batch of CloudEvents is not a JSON array");
            }
            int count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                String which = "event %d of the batch".formatted(++count);
                var _ = Members.of(which, parser).attributes(which);
            }
            return count;
        });
    }

    /** One event with its data. Throws an {@link io.polyfn.core.failure.InvocationFailure} if it is not an event. */
    static CloudEvent read(byte[] json) {
        Members members = parse(THIS, json, parser -> Members.of(THIS, parser));
        CloudEvent attributes = members.attributes(THIS);
        Value data = members.data();
        if (data == null) {
            return attributes;
        }
        byte[] raw = data.of(json);
        CloudEventBuilder event = CloudEventBuilder.v1(attributes);
        if (members.inBase64()) {
            return event.withData(base64(text(raw))).build();
        }
        String type = attributes.getDataContentType();
        if (type == null) {
            return event.withData("application/json", raw).build();
        }
        return event.withData(JsonEventWriter.isJson(type) ? raw : text(raw).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException said) {
            throw invalid("the data_base64 of the CloudEvent is not Base64: " + said.getMessage());
        }
    }

    private static String text(byte[] raw) {
        return parse(THIS, raw, parser -> {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw invalid("the data of the CloudEvent must be a string where datacontenttype is not JSON");
            }
            return parser.getText();
        });
    }

    private interface Reading<T> {
        T from(JsonParser parser) throws IOException;
    }

    private static <T> T parse(String what, byte[] json, Reading<T> reading) {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() == null) {
                throw invalid(what + " is empty");
            }
            T read = reading.from(parser);
            if (parser.nextToken() != null) {
                throw invalid(what + " has more behind its end");
            }
            return read;
        } catch (JsonProcessingException said) {
            throw invalid("%s cannot be read as JSON: %s".formatted(what, said.getOriginalMessage()));
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Where a value stands in the bytes that it was read from.
     *
     * @param to of a string unknown: the parser would have to decode it
     */
    private record Value(int from, int to, boolean isString) {
        static Value at(JsonParser parser) throws IOException {
            int from = (int) parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
            return new Value(
                    from, (int) parser.currentLocation().getByteOffset(), parser.hasToken(JsonToken.VALUE_STRING));
        }

        byte[] of(byte[] json) {
            int end = to;
            if (isString) {
                end = from + 1;
                while (json[end] != '"') {
                    end += json[end] == '\\' ? 2 : 1;
                }
                end++;
            }
            return Arrays.copyOfRange(json, from, end);
        }
    }

    private record Members(
            Map<String, Object> context, @Nullable Value data, boolean inBase64) {

        static Members of(String which, JsonParser parser) throws IOException {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                throw invalid(which + " is not a JSON object");
            }
            Map<String, Object> context = new LinkedHashMap<>();
            Value data = null;
            boolean inBase64 = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                boolean isData = name.equals("data") || name.equals("data_base64");
                if ((isData && data != null) || context.containsKey(name)) {
                    throw invalid(isData ? which + " has its data twice" : which + " has " + name + " twice");
                } else if (isData) {
                    inBase64 = name.equals("data_base64");
                    data = Value.at(parser);
                } else if (context.size() == MAX_ATTRIBUTES) {
                    throw invalid(which + " has more than " + MAX_ATTRIBUTES + " attributes");
                } else if (token != JsonToken.VALUE_NULL) {
                    context.put(name, attribute(which, name, parser));
                }
            }
            return new Members(context, data, inBase64);
        }

        private static Object attribute(String which, String name, JsonParser parser) throws IOException {
            return switch (parser.currentToken()) {
                case VALUE_STRING -> parser.getText();
                case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
                case VALUE_NUMBER_INT -> parser.getIntValue();
                default ->
                    throw invalid("%s: the attribute %s is not a string, boolean or integer".formatted(which, name));
            };
        }

        CloudEvent attributes(String which) {
            CloudEventHeaders.requireAttributes(
                    which,
                    name -> !context.getOrDefault(name, "").equals(""),
                    context.getOrDefault("specversion", "").toString(),
                    "");
            try {
                return build();
            } catch (CloudEventRWException | IllegalStateException said) {
                throw invalid("%s is not valid: %s".formatted(which, said.getMessage()));
            }
        }

        private CloudEvent build() {
            CloudEventBuilder event = CloudEventBuilder.v1();
            context.forEach((name, value) -> {
                if (!name.equals("specversion")) {
                    switch (value) {
                        case Boolean flag -> event.withContextAttribute(name, flag);
                        case Integer number -> event.withContextAttribute(name, number);
                        default -> event.withContextAttribute(name, value.toString());
                    }
                }
            });
            return event.build();
        }
    }
}
