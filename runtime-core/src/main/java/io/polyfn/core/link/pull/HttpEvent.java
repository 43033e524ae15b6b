package io.polyfn.core.link.pull;

import io.polyfn.core.failure.Json;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.HeldBody;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Set;

/**
 * An HTTP request as the event that functions on the Runtime API get for it: FC 3's HTTP event (contract 8.3), or payload format 2.0 as
 * Lambda's function URLs send it (contract 9.1.11).
 *
 * @param head the JSON up to the body's first character
 * @param encoding how the body goes on from there
 */
record HttpEvent(Buffer head, Encoding encoding) {
    private static final DateTimeFormatter COMMON_LOG = DateTimeFormatter.ofPattern(
                    "dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final Set<String> TEXT = Set.of("application/json", "application/javascript", "application/xml");

    /** FC goes by the content type alone (contract 8.3.3). */
    private static final Set<String> FC_TEXT = Set.of(
            "application/json",
            "application/ld+json",
            "application/xhtml+xml",
            "application/xml",
            "application/atom+xml",
            "application/javascript");

    static HttpEvent of(Dialect dialect, Inbound request, MultiMap headers, String id, HeldBody body) {
        String uri = request.uri();
        int question = uri.indexOf('?');
        HttpEventParts parts = new HttpEventParts(
                request,
                headers,
                id,
                question < 0 ? uri : uri.substring(0, question),
                question < 0 ? "" : uri.substring(question + 1),
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
        boolean text = dialect == Dialect.FC ? isFcText(parts.mediaType()) : isText(parts, body);
        JsonObject json = dialect == Dialect.FC ? fc(parts) : apiGateway(parts);
        json.put("isBase64Encoded", !text);
        String open = Json.text(json);
        Buffer head = Buffer.buffer(open.substring(0, open.length() - 1)).appendString(",\"body\":\"");
        return new HttpEvent(head, text ? new Encoding.TextString() : new Encoding.Base64String());
    }

    private static JsonObject fc(HttpEventParts parts) {
        return new JsonObject()
                .put("version", "v1")
                .put("rawPath", parts.rawPath())
                .put("headers", parts.canonicalHeaders())
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
                                                        HttpEventParts.decoded(
                                                                parts.rawPath().replace("+", "%2B"))))
                                .put("requestId", parts.id())
                                .put(
                                        "time",
                                        parts.now()
                                                .truncatedTo(ChronoUnit.SECONDS)
                                                .toString())
                                .put("timeEpoch", Long.toString(parts.now().toEpochMilli())));
    }

    private static JsonObject apiGateway(HttpEventParts parts) {
        JsonObject json = new JsonObject()
                .put("version", "2.0")
                .put("routeKey", "$default")
                .put("rawPath", parts.rawPath())
                .put("rawQueryString", parts.rawQuery())
                .put("headers", parts.lowerCaseHeaders())
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
        JsonArray cookies = parts.cookies();
        if (!cookies.isEmpty()) {
            json.put("cookies", cookies);
        }
        JsonObject query = parts.query();
        return query.isEmpty() ? json : json.put("queryStringParameters", query);
    }

    private static JsonObject http(HttpEventParts parts) {
        return new JsonObject()
                .put("method", parts.request().method().name())
                .put("protocol", parts.protocol())
                .put("sourceIp", parts.clientIp())
                .put("userAgent", parts.header("user-agent"));
    }

    private static boolean isFcText(String type) {
        return type.startsWith("text/") || FC_TEXT.contains(type);
    }

    /** Whether API Gateway would pass the body as text. */
    private static boolean isText(HttpEventParts parts, HeldBody body) {
        String type = parts.mediaType();
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
