package io.polyfn.core.http;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.PlatformHeaders;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which headers pass between caller and worker, and which stay behind. Pure functions. */
public final class HeaderRules {
    /** Headers that speak of one connection only (RFC 9110 7.6.1); {@code Expect} because the core handles it. */
    private static final Set<String> HOP_BY_HOP = ignoringCase(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect");

    /** Headers that {@code Connection} cannot turn into such ones, beside those of platforms and proxies. */
    private static final Set<String> NEVER_HOP_BY_HOP =
            ignoringCase("content-length", "host", "forwarded", "x-request-id", "traceparent", "tracestate", "baggage");

    /** What decides how a message is read, or what the core vouches for: it stands in a head or nowhere (RFC 9110 6.5.1). */
    private static final Set<String> NEVER_IN_TRAILERS = ignoringCase(
            "content-length",
            "content-encoding",
            "content-type",
            "content-range",
            "trailer",
            "host",
            "set-cookie",
            "www-authenticate",
            "cache-control",
            "expires",
            "location",
            "retry-after",
            "vary",
            "x-request-id",
            FailureCode.HEADER);

    private static final String FORWARDED = "x-forwarded-";
    private static final Set<String> NO_NAMES = Set.of();

    /** Headers that FC sets itself and a function may not (contract 4.2). {@code content-length} is not among them: it frames the body. */
    private static final Set<String> RESERVED_BY_FC = ignoringCase("date", "server");

    private HeaderRules() {}

    /**
     * Copies a caller's headers for the worker, and those that the core adds. The deadline is the core's to set, whatever the caller sent.
     * That each is one line has been checked when the request came in.
     *
     * @param additional replace the caller's of the same name
     */
    public static void toWorker(Inbound inbound, MultiMap additional, MultiMap to) {
        MultiMap from = inbound.headers();
        Set<String> nominated = nominated(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey();
            if (!staysBehind(name, nominated)) {
                to.add(name, header.getValue());
            }
        }
        to.remove(FcHeaders.FUNCTION_DEADLINE);
        if (inbound.isHttp2() && !to.contains(HttpHeaders.HOST)) {
            HostAndPort authority = inbound.authority();
            if (authority != null) {
                to.set(HttpHeaders.HOST, authority.toString());
            }
        }
        for (Map.Entry<String, String> header : additional) {
            to.set(header.getKey(), header.getValue());
        }
    }

    /**
     * Checks that each field is one line, wherever it came from: HTTP/2 and JSON can carry what HTTP/1.1 cannot, and Vert.x lets a folded
     * line pass (RFC 9110 5.5, RFC 9112 5.2).
     *
     * @throws IllegalArgumentException if a name or a value has a character that may end the line
     */
    public static void check(MultiMap fields) {
        for (Map.Entry<String, String> field : fields) {
            if (!isName(field.getKey()) || !isOneLine(field.getValue())) {
                throw new IllegalArgumentException("a header has a line break, a NUL, or no valid name");
            }
        }
    }

    /** HTTP/2's own begin with a colon. */
    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c > '~' || (c == ':' && i > 0)) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isOneLine(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                return false;
            }
        }
        return true;
    }

    /** The announced length of a body, or {@link Inbound#UNKNOWN}. */
    public static long contentLength(MultiMap headers) {
        String length = headers.get(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? Inbound.UNKNOWN : Long.parseLong(length.strip());
        } catch (NumberFormatException framedOtherwise) {
            return Inbound.UNKNOWN;
        }
    }

    /**
     * Copies a worker's headers for the caller, but for those that FC reserves and those that only the core may set.
     *
     * @param fcInFront whether the request came through FC, which forbids downloads by {@code content-disposition}; other platforms do not
     */
    public static void toCaller(MultiMap from, MultiMap to, boolean fcInFront) {
        Set<String> nominated = nominated(from);
        for (Map.Entry<String, String> header : from) {
            String name = header.getKey();
            boolean reserved = name.regionMatches(true, 0, FcHeaders.PREFIX, 0, FcHeaders.PREFIX.length())
                    || RESERVED_BY_FC.contains(name)
                    || (fcInFront && name.equalsIgnoreCase("content-disposition") && isAttachment(header.getValue()))
                    || (name.equalsIgnoreCase(FailureCode.HEADER) && !FailureCode.mayComeFromWorker(header.getValue()));
            if (!reserved && !staysBehind(name, nominated)) {
                to.add(name, header.getValue());
            }
        }
    }

    /** Copies a worker's trailers for the caller, by the rules for headers and those for trailers. */
    static void trailersToCaller(MultiMap from, MultiMap to) {
        toCaller(from, to, false);
        NEVER_IN_TRAILERS.forEach(to::remove);
        check(to);
    }

    /** Whether the request asks to switch to another protocol on the same connection (WebSocket). */
    public static boolean asksForUpgrade(MultiMap headers) {
        return headers.contains(HttpHeaders.UPGRADE) && nominated(headers).contains("upgrade");
    }

    private static boolean staysBehind(String name, Set<String> nominated) {
        return name.isEmpty()
                || name.charAt(0) == ':'
                || HOP_BY_HOP.contains(name)
                || (!nominated.isEmpty() && nominated.contains(name) && mayBeNominated(name));
    }

    /** A caller can declare its own headers to be for one hop only, not those that others vouch for or that frame the request. */
    private static boolean mayBeNominated(String name) {
        return !NEVER_HOP_BY_HOP.contains(name)
                && !PlatformHeaders.includes(name)
                && !name.regionMatches(true, 0, FORWARDED, 0, FORWARDED.length());
    }

    /** What all {@code Connection} lines name; there may be several (RFC 9110 5.3). One set for all headers: there may be thousands of both. */
    private static Set<String> nominated(MultiMap headers) {
        String first = headers.get(HttpHeaders.CONNECTION);
        if (first == null) {
            return NO_NAMES;
        }
        List<String> lines = headers.getAll(HttpHeaders.CONNECTION);
        // What nearly every connection says names no header.
        if (lines.size() == 1 && (first.equalsIgnoreCase("keep-alive") || first.equalsIgnoreCase("close"))) {
            return NO_NAMES;
        }
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : lines) {
            for (String name : line.split(",", -1)) {
                names.add(name.strip());
            }
        }
        return names;
    }

    /** Whether a response ends with its head, whatever its headers announce (RFC 9112, 6.3). */
    public static boolean isResponseWithoutBody(HttpMethod method, int status) {
        return method.equals(HttpMethod.HEAD) || status == 204 || status == 304;
    }

    /** Whether a response without a body may have the length of one all the same: what a GET would have got, or what the caller has (RFC 9110, 8.6). */
    public static boolean mayAnnounceAbsentBody(HttpMethod method, int status) {
        return method.equals(HttpMethod.HEAD) || status == 304;
    }

    /** A set that compares in place: every header of every message is looked up here. */
    private static Set<String> ignoringCase(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return Collections.unmodifiableSet(set);
    }

    private static boolean isAttachment(String disposition) {
        return disposition.strip().toLowerCase(Locale.ROOT).startsWith("attachment");
    }
}
