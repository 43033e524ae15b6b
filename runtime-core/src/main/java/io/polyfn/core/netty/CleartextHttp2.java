package io.polyfn.core.netty;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The upgrade from HTTP/1.1 to HTTP/2 without TLS (RFC 7540 section 3.2). Vert.x refuses a request that asks for it wrongly, where it is to
 * be served without the upgrade (RFC 9110 section 7.8), and only sees the first request of a connection: in a later one, it would be the
 * worker that is asked.
 */
final class CleartextHttp2 {
    private static final String PROTOCOL = "h2c";
    private static final AsciiString SETTINGS = AsciiString.cached("http2-settings");
    private static final int BYTES_OF_A_SETTING = 6;

    private CleartextHttp2() {}

    /** Whether a request may pass as it is: it does not ask, or it asks as it should. */
    static boolean mayUpgrade(HttpRequest request, boolean isFirst) {
        HttpHeaders headers = request.headers();
        if (!headers.containsValue(HttpHeaderNames.UPGRADE, PROTOCOL, true)) {
            return true;
        }
        // Vert.x reads one line of each.
        List<String> settings = headers.getAll(SETTINGS);
        List<String> connection = headers.getAll(HttpHeaderNames.CONNECTION);
        return isFirst
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.getAll(HttpHeaderNames.UPGRADE).size() == 1
                && headers.contains(HttpHeaderNames.UPGRADE, PROTOCOL, true)
                && connection.size() == 1
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE, true)
                && headers.containsValue(HttpHeaderNames.CONNECTION, SETTINGS, true)
                && settings.size() == 1
                && areSettings(settings.getFirst());
    }

    /** Makes it a request that does not ask. */
    static void ignore(HttpHeaders headers) {
        headers.remove(HttpHeaderNames.UPGRADE);
        headers.remove(SETTINGS);
    }

    private static boolean areSettings(String text) {
        try {
            byte[] payload = Base64.getUrlDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
            return payload.length % BYTES_OF_A_SETTING == 0;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }
}
