package io.polyfn.core.link.pull;

import io.polyfn.core.failure.Json;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * An HTTP request as the event that functions on the Runtime API get for it: FC 3's HTTP event (contract 8.3), or API Gateway's payload
 * format 2.0, which Lambda's function URLs have as well.
 *
 * @param head the JSON up to the body's first character
 * @param encoding how the body goes on from there
 */
record HttpEvent(Buffer head, Encoding encoding) {
    private static final DateTimeFormatter COMMON_LOG = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final Set<String> TEXT = Set.of("application/json", "application/javascript", "application/xml");

    /** The parts of a request that both forms have. */
    private record Parts(Inbound request, MultiMap headers, String id, String rawPath, String rawQuery, Instant now) {
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

        /** Events get logged and stored, so the platform's headers, the credentials among them, stay out. */
        JsonObject eventHeaders(boolean withCookies) {
            JsonObject json = new JsonObject();
            for (String name : headers.names()) {
                String lower = name.toLowerCase(Locale.ROOT);
                if (!lower.startsWith(FcHeaders.PREFIX) && (withCookies || !lower.equals("cookie"))) {
                    json.put(lower, String.join(lower.equals("cookie") ? "; " : ",", headers.getAll(name)));
                }
            }
            return json;
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
    }

    static HttpEvent of(Dialect dialect, Inbound request, MultiMap headers, String id, HeldBody body) {
        String uri = request.uri();
        int question = uri.indexOf('?');
        Parts parts = new Parts(
                request,
                headers,
                id,
                question < 0 ? uri : uri.substring(0, question),
                question < 0 ? "" : uri.substring(question + 1),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
        boolean text = (dialect == Dialect.FC && body.whole()) ? isUtf8(body.first()) : isText(parts, body);
        JsonObject json = dialect == Dialect.FC ? fc(parts) : apiGateway(parts);
        json.put("isBase64Encoded", !text);
        String open = Json.text(json);
        Buffer head = Buffer.buffer(open.substring(0, open.length() - 1)).appendString(",\"body\":\"");
        return new HttpEvent(head, text ? new Encoding.TextString() : new Encoding.Base64String());
    }

    private static JsonObject fc(Parts parts) {
        return new JsonObject()
                .put("version", "v1")
                .put("rawPath", parts.rawPath())
                .put("headers", parts.eventHeaders(true))
                .put("queryParameters", parts.query())
                .put(
                        "requestContext",
                        new JsonObject()
                                .put("accountId", parts.header(FcHeaders.ACCOUNT_ID))
                                .put("domainName", parts.host())
                                .put("domainPrefix", parts.domainPrefix())
                                .put(
                                        "http",
                                        http(parts)
                                                .put(
                                                        "path",
                                                        decoded(parts.rawPath().replace("+", "%2B"))))
                                .put("requestId", parts.id())
                                .put(
                                        "time",
                                        parts.now()
                                                .truncatedTo(ChronoUnit.SECONDS)
                                                .toString())
                                .put("timeEpoch", Long.toString(parts.now().toEpochMilli())));
    }

    private static JsonObject apiGateway(Parts parts) {
        JsonObject json = new JsonObject()
                .put("version", "2.0")
                .put("routeKey", "$default")
                .put("rawPath", parts.rawPath())
                .put("rawQueryString", parts.rawQuery())
                .put("headers", parts.eventHeaders(false))
                .put(
                        "requestContext",
                        new JsonObject()
                                .put("accountId", parts.header(FcHeaders.ACCOUNT_ID))
                                .put("apiId", parts.domainPrefix())
                                .put("domainName", parts.host())
                                .put("domainPrefix", parts.domainPrefix())
                                .put("http", http(parts).put("path", parts.rawPath()))
                                .put("requestId", parts.id())
                                .put("routeKey", "$default")
                                .put("stage", "$default")
                                .put("time", COMMON_LOG.format(parts.now()))
                                .put("timeEpoch", parts.now().toEpochMilli()));
        JsonArray cookies = new JsonArray();
        for (String line : parts.headers().getAll("cookie")) {
            for (String cookie : line.split(";", -1)) {
                if (!cookie.isBlank()) {
                    cookies.add(cookie.strip());
                }
            }
        }
        if (!cookies.isEmpty()) {
            json.put("cookies", cookies);
        }
        JsonObject query = parts.query();
        return query.isEmpty() ? json : json.put("queryStringParameters", query);
    }

    private static JsonObject http(Parts parts) {
        return new JsonObject()
                .put("method", parts.request().method().name())
                .put("protocol", parts.protocol())
                .put("sourceIp", parts.clientIp())
                .put("userAgent", parts.header("user-agent"));
    }

    private static String decoded(String encoded) {
        try {
            return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noEncoding) {
            return encoded;
        }
    }

    /** Whether API Gateway would pass the body as text. */
    private static boolean isText(Parts parts, HeldBody body) {
        String contentType = parts.header("content-type");
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        boolean saysText =
                type.startsWith("text/") || type.endsWith("+json") || type.endsWith("+xml") || TEXT.contains(type);
        boolean readable = !body.whole() || isUtf8(body.first());
        return saysText && readable && parts.header("content-encoding").isEmpty();
    }

    private static boolean isUtf8(Buffer body) {
        try {
            var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes()));
            return true;
        } catch (CharacterCodingException binary) {
            return false;
        }
    }
}
