package io.polyfn.core.link.pull;

import io.polyfn.core.failure.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a function on the Runtime API for an HTTP request: {@code statusCode}, {@code headers}, {@code multiValueHeaders},
 * {@code cookies}, {@code body}, {@code isBase64Encoded}, all but the first optional. Any other value is a body.
 */
record HttpResult(int status, MultiMap headers, Buffer body) {
    private static final String STATUS = "statusCode";

    /** Below this size no JSON has too many values. */
    private static final int SMALL = 64 * 1024;

    private static final int MAX_VALUES = 100_000;

    /**
     * Reads a whole response.
     *
     * @param dialect decides what becomes of invalid base64
     * @param contentType of a value that is only a body
     * @throws IllegalArgumentException if it has a {@code statusCode} and is not a valid HTTP response; the message has the reason
     */
    static HttpResult of(Dialect dialect, Buffer result, @Nullable String contentType) {
        JsonObject json = object(result);
        if (json == null || !json.containsKey(STATUS)) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            headers.set("content-type", contentType == null ? "application/json" : contentType);
            return new HttpResult(200, headers, result);
        }
        return new HttpResult(status(json), headers(json), body(dialect, json));
    }

    /**
     * Reads the prelude of a streamed response, which has everything but the body.
     *
     * @throws IllegalArgumentException if it is not a JSON object
     */
    static HttpResult prelude(Buffer result) {
        JsonObject json = object(result);
        if (json == null) {
            throw new IllegalArgumentException("its prelude is not a JSON object");
        }
        return new HttpResult(json.containsKey(STATUS) ? status(json) : 200, headers(json), Buffer.buffer());
    }

    private static @Nullable JsonObject object(Buffer result) {
        try {
            if (result.length() > SMALL) {
                JsonScan scan = JsonScan.of(result, STATUS);
                if (!scan.hasMember()) {
                    return null;
                }
                if (scan.values() > MAX_VALUES) {
                    throw new IllegalArgumentException(
                            "it has more than %d JSON values; send a large body as a string".formatted(MAX_VALUES));
                }
            }
            return result.length() > 0 && Json.decode(result) instanceof JsonObject json ? json : null;
        } catch (DecodeException | IOException noJson) {
            return null;
        }
    }

    private static int status(JsonObject json) {
        Object value = json.getValue(STATUS);
        if (value instanceof Number number
                && number.intValue() == number.doubleValue()
                && number.intValue() >= 200
                && number.intValue() <= 599) {
            return number.intValue();
        }
        if (value instanceof String text && text.matches("[2-5][0-9]{2}")) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException("its statusCode is " + value + "; it must be a number from 200 to 599");
    }

    private static MultiMap headers(JsonObject json) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        addAll(json.getValue("headers"), headers);
        addAll(json.getValue("multiValueHeaders"), headers);
        if (json.getValue("cookies") instanceof JsonArray cookies) {
            cookies.forEach(cookie -> headers.add("set-cookie", wire(cookie)));
        }
        return headers;
    }

    private static void addAll(@Nullable Object from, MultiMap to) {
        if (!(from instanceof JsonObject json)) {
            return;
        }
        for (Map.Entry<String, Object> header : json) {
            if (header.getValue() instanceof JsonArray values) {
                to.remove(header.getKey());
                values.forEach(value -> to.add(header.getKey(), wire(value)));
            } else if (header.getValue() != null) {
                to.set(header.getKey(), wire(header.getValue()));
            }
        }
    }

    /** A header's value as UTF-8: HTTP writes each character as one byte. */
    private static String wire(@Nullable Object value) {
        return new String(String.valueOf(value).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static Buffer body(Dialect dialect, JsonObject json) {
        Object body = json.getValue("body");
        if (Boolean.TRUE.equals(json.getValue("isBase64Encoded")) && body instanceof String encoded) {
            return dialect == Dialect.FC
                    ? decodedIfValid(encoded)
                    : Buffer.buffer(Base64.getMimeDecoder().decode(encoded));
        }
        if (body == null) {
            return Buffer.buffer();
        }
        return body instanceof String text ? Buffer.buffer(text) : Json.encode(body);
    }

    /** FC sends invalid base64 as it is (contract 8.3.4). */
    private static Buffer decodedIfValid(String encoded) {
        try {
            return Buffer.buffer(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException invalid) {
            return Buffer.buffer(encoded);
        }
    }
}
