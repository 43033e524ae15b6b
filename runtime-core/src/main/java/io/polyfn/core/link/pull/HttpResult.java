package io.polyfn.core.link.pull;

import com.fasterxml.jackson.core.JsonToken;
import io.polyfn.core.failure.Json;
import io.polyfn.core.netty.Bytes;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The result of a function on the Runtime API for an HTTP request: {@code statusCode}, {@code headers}, {@code multiValueHeaders},
 * {@code cookies}, {@code body}, {@code isBase64Encoded}, all but the first optional. Any other value is a body.
 */
record HttpResult(int status, MultiMap headers, Buffer body) {
    private static final String STATUS = "statusCode";
    private static final String BODY = "body";
    private static final String BASE64 = "isBase64Encoded";
    private static final String HEADERS = "headers";
    private static final String MULTI_VALUE_HEADERS = "multiValueHeaders";
    private static final String COOKIES = "cookies";

    /** Objects are made of these only. */
    private static final Set<String> HEAD = Set.of(STATUS, HEADERS, MULTI_VALUE_HEADERS, COOKIES);

    private static final Set<String> MEMBERS =
            Stream.concat(HEAD.stream(), Stream.of(BASE64, BODY)).collect(Collectors.toUnmodifiableSet());

    private static final int MAX_HEAD_BYTES = 64 * 1024;

    /**
     * Reads a whole response. Its body is a part of it, or takes its place.
     *
     * @param dialect decides what becomes of invalid base64
     * @param contentType of a value that is only a body
     * @throws IllegalArgumentException if it has a {@code statusCode} and is not a valid HTTP response; the message has the reason
     */
    static HttpResult of(Dialect dialect, Buffer result, @Nullable String contentType) {
        JsonMembers json = members(result);
        if (json == null || !json.has(STATUS)) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            headers.set("content-type", contentType == null ? "application/json" : contentType);
            return new HttpResult(200, headers, result);
        }
        if (HEAD.stream().mapToInt(json::length).sum() > MAX_HEAD_BYTES) {
            throw new IllegalArgumentException(
                    "its statusCode, headers and cookies have more than %d bytes".formatted(MAX_HEAD_BYTES));
        }
        JsonObject head = new JsonObject();
        HEAD.stream().filter(json::has).forEach(name -> head.put(name, json.value(name)));
        return new HttpResult(status(head), headers(head), body(dialect, json));
    }

    /**
     * Reads the prelude of a streamed response, which has everything but the body.
     *
     * @throws IllegalArgumentException if it is not a JSON object
     */
    static HttpResult prelude(Buffer result) {
        if (!(decoded(result) instanceof JsonObject json)) {
            throw new IllegalArgumentException("its prelude is not a JSON object");
        }
        return new HttpResult(json.containsKey(STATUS) ? status(json) : 200, headers(json), Buffer.buffer());
    }

    private static @Nullable Object decoded(Buffer prelude) {
        try {
            return prelude.length() > 0 ? Json.decode(prelude) : null;
        } catch (DecodeException noJson) {
            return null;
        }
    }

    private static @Nullable JsonMembers members(Buffer result) {
        try {
            return JsonMembers.of(result, MEMBERS);
        } catch (IOException noJson) {
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
        addAll(json.getValue(HEADERS), headers);
        addAll(json.getValue(MULTI_VALUE_HEADERS), headers);
        if (json.getValue(COOKIES) instanceof JsonArray cookies) {
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

    private static Buffer body(Dialect dialect, JsonMembers json) {
        boolean encoded = json.is(JsonToken.VALUE_TRUE, BASE64) && json.is(JsonToken.VALUE_STRING, BODY);
        Buffer body = json.bytes(BODY);
        if (!encoded) {
            return body;
        }
        try {
            return Bytes.decode(body, dialect == Dialect.FC ? Base64.getDecoder() : Base64.getMimeDecoder());
        } catch (IllegalArgumentException invalid) {
            if (dialect == Dialect.FC) {
                // FC sends invalid base64 as it is (contract 8.3.4).
                return body;
            }
            throw invalid;
        }
    }
}
