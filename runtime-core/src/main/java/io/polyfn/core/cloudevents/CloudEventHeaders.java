package io.polyfn.core.cloudevents;

import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.rw.CloudEventRWException;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A CloudEvent in binary mode: attributes in headers, data in the body. The mapping is the SDK's, which leaves the encoding of header
 * values (HTTP binding 3.1.3.2) to its user.
 */
final class CloudEventHeaders {
    private static final String PREFIX = "ce-";

    private CloudEventHeaders() {}

    /** @throws InvocationFailure if it is not a valid event */
    static CloudEvent read(MultiMap headers, byte[] body) {
        Map<String, String> decoded = new HashMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(PREFIX)) {
                String before = decoded.put(name, decode(header.getValue()));
                if (before != null) {
                    throw invalid("the CloudEvent has " + name + " twice");
                }
            }
        }
        List<String> contentTypes = headers.getAll(HttpHeaders.CONTENT_TYPE);
        if (contentTypes.size() > 1) {
            throw invalid("the CloudEvent has content-type twice");
        } else if (!contentTypes.isEmpty()) {
            decoded.put("content-type", contentTypes.getFirst());
        }
        requireAttributes(
                "the CloudEvent",
                name -> !decoded.getOrDefault(PREFIX + name, "").isEmpty(),
                decoded.getOrDefault("ce-specversion", ""),
                PREFIX);
        if (decoded.containsKey("ce-data")) {
            throw invalid("the CloudEvent has a header ce-data: the data is the body");
        }
        try {
            return HttpMessageFactory.createReader(decoded, body).toEvent();
        } catch (CloudEventRWException | IllegalStateException | IllegalArgumentException said) {
            throw invalid("the CloudEvent is not valid: " + said.getMessage());
        }
    }

    /** Sets the headers of an event. @return its data */
    static Buffer write(CloudEvent event, MultiMap headers) {
        Buffer data = Buffer.buffer();
        HttpMessageFactory.createWriter(
                        (name, value) -> headers.set(name, name.startsWith(PREFIX) ? encode(value) : value),
                        body -> data.appendBytes(body == null ? new byte[0] : body))
                .writeBinary(event);
        return data;
    }

    /** Says of all that is missing, so that nobody has to try again for each. */
    static void requireAttributes(String what, Predicate<String> isThere, String version, String prefix) {
        List<String> missing = SpecVersion.V1.getMandatoryAttributes().stream()
                .filter(name -> !isThere.test(name))
                .map(name -> prefix + name)
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw invalid(what + " has no " + String.join(", no ", missing));
        }
        if (!version.equals(SpecVersion.V1.toString())) {
            throw invalid("%s has the specversion %s; only %s is understood".formatted(what, version, SpecVersion.V1));
        }
    }

    /** The function gets the data, but not the header that would say how it is encoded. */
    static void requireNoEncoding(MultiMap headers) {
        String encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw invalid("the CloudEvent is sent with content-encoding " + encoding + ": send it without");
        }
    }

    static InvocationFailure invalid(String message) {
        return new InvocationFailure(FailureCode.INVALID_CLOUD_EVENT, message);
    }

    /** Quotes and percent signs that mean nothing stand for themselves: not every sender encodes. */
    static String decode(String value) {
        String text = value.strip();
        if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        try {
            // In a form, which URLDecoder is for, a plus sign is a space.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    static String encode(String value) {
        StringBuilder text = new StringBuilder(value.length());
        for (byte unit : value.getBytes(StandardCharsets.UTF_8)) {
            if (unit > ' ' && unit <= '~' && unit != '"' && unit != '%') {
                text.append((char) unit);
            } else {
                HexFormat.of().withUpperCase().toHexDigits(text.append('%'), unit);
            }
        }
        return text.toString();
    }
}
