package io.polyfn.core.cloudevents;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.cloudevents.CloudEvent;
import io.cloudevents.CloudEventData;
import io.cloudevents.types.Time;
import io.polyfn.core.failure.Json;
import io.polyfn.core.netty.Text;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** An event as JSON (JSON format 3): its data is JSON as it is, text as a string, anything else Base64. */
final class JsonEventWriter {
    private static final byte[] DATA = ",\"data\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA_BASE64 = ",\"data_base64\":".getBytes(StandardCharsets.US_ASCII);

    private JsonEventWriter() {}

    static Buffer write(CloudEvent event) {
        JsonObject context = new JsonObject();
        event.getAttributeNames().forEach(name -> put(context, name, event.getAttribute(name)));
        event.getExtensionNames().forEach(name -> put(context, name, event.getExtension(name)));
        Buffer json = Json.encode(context);
        CloudEventData data = event.getData();
        return data == null ? json : withData(json, event.getDataContentType(), data.toBytes());
    }

    private static void put(JsonObject context, String name, @Nullable Object value) {
        switch (value) {
            case null -> {}
            case OffsetDateTime time -> context.put(name, Time.writeTime(time));
            default -> context.put(name, value.toString());
        }
    }

    private static Buffer withData(Buffer json, @Nullable String contentType, byte[] data) {
        if (contentType == null || isJson(contentType)) {
            if (isJson(data)) {
                return open(json, data.length)
                        .appendBytes(DATA)
                        .appendBytes(data)
                        .appendByte((byte) '}');
            }
            if (contentType != null) {
                throw CloudEventHeaders.invalid(
                        "the data of the CloudEvent is not JSON, as its content type says: " + contentType);
            }
        } else if (isText(contentType) && isText(data)) {
            return appendText(open(json, data.length * 3 / 2).appendBytes(DATA), data)
                    .appendByte((byte) '}');
        }
        return appendBase64(open(json, data.length * 4 / 3).appendBytes(DATA_BASE64), data)
                .appendByte((byte) '}');
    }

    /** The object without its closing bracket, with room for what follows: what is large is not moved while it grows. */
    private static Buffer open(Buffer json, int more) {
        return Buffer.buffer(json.length() + more + 32).appendBuffer(json, 0, json.length() - 1);
    }

    static boolean isJson(String contentType) {
        String type = CloudEventMode.mediaType(contentType);
        return type.equals("application/json") || type.equals("text/json") || type.endsWith("+json");
    }

    private static boolean isText(String contentType) {
        String type = CloudEventMode.mediaType(contentType);
        String all = contentType.toLowerCase(Locale.ROOT).replace("\"", "");
        return (type.startsWith("text/") || type.equals("application/xml") || type.endsWith("+xml"))
                && (!all.contains("charset=") || all.contains("charset=utf-8") || all.contains("charset=us-ascii"));
    }

    /** Bytes that are no UTF-8 must come out as they went in, and escapes must not make much of little. */
    private static boolean isText(byte[] data) {
        int longer = 0;
        for (byte each : data) {
            longer += each >= 0 && each < ' ' ? 5 : each == '"' || each == '\\' ? 1 : 0;
        }
        return longer <= data.length / 2 + 16 && Text.isUtf8(data);
    }

    /** Whether these bytes are one JSON value and nothing else. */
    private static boolean isJson(byte[] bytes) {
        try (JsonParser parser = JsonEventReader.JSON.createParser(bytes)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            return parser.nextToken() == null;
        } catch (IOException said) {
            return false;
        }
    }

    private static Buffer appendText(Buffer to, byte[] text) {
        return append(to, json -> json.writeUTF8String(text, 0, text.length));
    }

    private static Buffer appendBase64(Buffer to, byte[] bytes) {
        return append(to, json -> json.writeBinary(bytes));
    }

    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private static Buffer append(Buffer to, Writing writing) {
        OutputStream stream = new OutputStream() {
            @Override
            public void write(int octet) {
                to.appendByte((byte) octet);
            }

            @Override
            public void write(byte[] bytes, int from, int count) {
                to.appendBytes(bytes, from, count);
            }
        };
        try (JsonGenerator json = JsonEventReader.JSON.createGenerator(stream)) {
            writing.to(json);
            return to;
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
