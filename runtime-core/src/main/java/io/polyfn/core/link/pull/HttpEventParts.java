package io.polyfn.core.link.pull;

import io.polyfn.core.http.Inbound;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.PlatformHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/** The parts of a request that both forms of an {@link HttpEvent} have. */
record HttpEventParts(Inbound request, MultiMap headers, String id, String rawPath, String rawQuery, Instant now) {
    String header(String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }

    String host() {
        return header("host");
    }

    String domainPrefix() {
        String host = host();
        int dot = host.indexOf('.');
        return dot < 0 ? host : host.substring(0, dot);
    }

    String protocol() {
        return switch (request.version()) {
            case HTTP_1_0 -> "HTTP/1.0";
            case HTTP_1_1 -> "HTTP/1.1";
            case HTTP_2 -> "HTTP/2.0";
        };
    }

    String clientIp() {
        String forwarded = header("x-forwarded-for");
        if (!header(FcHeaders.CLIENT_IP).isEmpty()) {
            return header(FcHeaders.CLIENT_IP);
        }
        return forwarded.isEmpty() ? request.remoteHost() : forwarded.split(",", 2)[0].strip();
    }

    /** The content type in lower case, without its parameters. */
    String mediaType() {
        return header("content-type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    JsonObject lowerCaseHeaders() {
        return headers(name -> name.toLowerCase(Locale.ROOT));
    }

    JsonObject canonicalHeaders() {
        return headers(HttpEventParts::canonical);
    }

    /** Events get logged and stored, so platforms' headers, credentials among them, stay out (contract 8.3.5). */
    private JsonObject headers(UnaryOperator<String> form) {
        JsonObject json = new JsonObject();
        for (String name : headers.names()) {
            if (!PlatformHeaders.includes(name)) {
                json.put(
                        form.apply(name),
                        String.join(name.equalsIgnoreCase("cookie") ? "; " : ",", headers.getAll(name)));
            }
        }
        return json;
    }

    /** A header's name as Go and FC write it: {@code X-Forwarded-For}. */
    static String canonical(String name) {
        StringBuilder canonical = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean first = i == 0 || name.charAt(i - 1) == '-';
            canonical.append(first ? Character.toUpperCase(c) : Character.toLowerCase(c));
        }
        return canonical.toString();
    }

    JsonArray cookies() {
        JsonArray cookies = new JsonArray();
        for (String line : headers.getAll("cookie")) {
            for (String cookie : line.split(";", -1)) {
                if (!cookie.isBlank()) {
                    cookies.add(cookie.strip());
                }
            }
        }
        return cookies;
    }

    /** Each parameter once, its values joined; one that is wrongly encoded stays as it is. */
    JsonObject query() {
        Map<String, StringJoiner> values = new LinkedHashMap<>();
        for (String pair : rawQuery.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            if (!pair.isEmpty()) {
                values.computeIfAbsent(name, any -> new StringJoiner(","))
                        .add(equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        JsonObject json = new JsonObject();
        values.forEach((name, joined) -> json.put(name, joined.toString()));
        return json;
    }

    static String decoded(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noEncoding) {
            return encoded;
        }
    }
}
