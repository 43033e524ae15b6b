package io.polyfn.core.netty;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the head of a request must look like in any HTTP version (RFC 9110, RFC 9112 section 3, RFC 9113 section 8.3). */
public final class RequestRules {
    private static final int BAD_REQUEST = 400;
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;
    private static final int NOT_IMPLEMENTED = 501;
    private static final String IN_METHODS = "!#$%&'*+-.^_`|~";
    /** No comma, which the grammar has: it would be a list of hosts. */
    private static final String IN_HOSTS = "-._~%!$&'()*+;=";

    private RequestRules() {}

    /** The head of a request breaks a rule; has no stack trace, because the reason is outside of this program. */
    public static final class Violation extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Violation(String message) {
            this(BAD_REQUEST, message);
        }

        Violation(int status, String message) {
            super(message);
            this.status = status;
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /**
     * Checks what every request has.
     *
     * @param target as the request has it; null for a CONNECT over HTTP/2
     * @throws Violation if they break a rule
     */
    public static void check(String method, @Nullable String target) {
        if (!isToken(method)) {
            throw new Violation("the method is not a token");
        }
        if (method.equals("CONNECT")) {
            throw new Violation(NOT_IMPLEMENTED, "CONNECT is not supported");
        }
        if (target == null || target.isEmpty()) {
            throw new Violation("the request has no target");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c > '~' || c == '#') {
                throw new Violation("the target has a character that must be percent-encoded");
            }
        }
        boolean asterisk = target.equals("*") && method.equals("OPTIONS");
        if (target.charAt(0) != '/' && !asterisk && authority(target) == null) {
            throw new Violation("the target is neither a path nor an http URI");
        }
    }

    /**
     * Checks the same for HTTP/2, where scheme and host have fields of their own: a target that names a host could name another one (RFC
     * 9113 section 8.3.1).
     *
     * @param authority what the request is for, by its pseudo-header or the other one; Vert.x compares them
     * @throws Violation if they break a rule
     */
    public static void checkHttp2(
            String method, @Nullable String target, @Nullable HostAndPort authority, List<String> hosts) {
        check(method, target);
        if (target != null && authority(target) != null) {
            throw new Violation("the target must be a path");
        }
        if (hosts.size() > 1 || authority == null || !isHost(authority.toString())) {
            throw new Violation("the request must have one valid :authority or host header");
        }
    }

    /** Whether a request broke off because of what is in it; else its sender is gone. */
    public static boolean isInvalid(Throwable cause) {
        return cause instanceof Http2Exception
                || (cause instanceof RuntimeException && !(cause instanceof VertxException));
    }

    /** What is wrong with a request, without a quote of it. */
    public static String describe(Throwable reason) {
        return reason instanceof Violation violation
                ? String.valueOf(violation.getMessage())
                : "the request is not valid HTTP: " + reason.getClass().getSimpleName();
    }

    /** Throws a {@link Violation} unless chunks, once, are all that the encoding says: they are all that can be read. */
    static void checkTransferEncoding(List<String> encodings) {
        String encoding = encodings.getFirst();
        if (encodings.size() > 1 || encoding.isEmpty() || encoding.indexOf(',') >= 0) {
            throw new Violation("transfer-encoding must be chunked, once");
        }
        if (!encoding.equalsIgnoreCase("chunked")) {
            throw new Violation(NOT_IMPLEMENTED, "transfer-encoding must be chunked");
        }
    }

    /** Why a request could not be decoded. */
    public static Throwable reason(HttpServerRequest request) {
        return request.decoderResult().cause();
    }

    /** The status of the response to a request that cannot be decoded. */
    public static int status(Throwable reason) {
        return switch (reason) {
            case Violation violation -> violation.status;
            case TooLongHttpLineException line -> URI_TOO_LONG;
            case TooLongHttpHeaderException header -> HEADERS_TOO_LARGE;
            default -> BAD_REQUEST;
        };
    }

    /** The authority of a target in absolute form, {@code http://host:port/path}; null for any other. */
    static @Nullable String authority(String target) {
        int start = afterScheme(target);
        if (start == 0) {
            return null;
        }
        return target.substring(start, pathOf(target, start));
    }

    /** A target in absolute form without its scheme and authority. */
    static String originForm(String target) {
        String rest = target.substring(pathOf(target, afterScheme(target)));
        return rest.startsWith("/") ? rest : '/' + rest;
    }

    private static int afterScheme(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
    }

    private static int pathOf(String target, int start) {
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            end++;
        }
        return end;
    }

    /** Whether this can be a method (RFC 9110 section 5.6.2). */
    static boolean isToken(String text) {
        return consistsOf(text, IN_METHODS);
    }

    /** Whether this is a host, with or without a port. */
    static boolean isHost(String value) {
        int end = value.indexOf(']') + 1;
        boolean literal = value.startsWith("[");
        if (literal ? !consistsOf(value.substring(1, Math.max(1, end - 1)), ":.%") : end > 0) {
            return false;
        }
        int colon = value.indexOf(':', end);
        String name = colon < 0 ? value : value.substring(0, colon);
        boolean named = literal ? name.length() == end : consistsOf(name, IN_HOSTS);
        return named && (colon < 0 || isPort(value.substring(colon + 1)));
    }

    private static boolean isPort(String text) {
        return text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Whether a text has letters, digits and some other characters, and at least one of them. */
    private static boolean consistsOf(String text, String others) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!alphanumeric && others.indexOf(c) < 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
