package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.failure.Json;
import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.Hook;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two dialects of the Runtime API (contract 9): the same calls under other paths, with other headers and status codes. */
enum Dialect {
    /** AWS Lambda's (contract 9.1). */
    LAMBDA("/2018-06-01", 202) {
        @Override
        void describe(Invoked invoked, MultiMap to) {
            MultiMap from = invoked.headers();
            to.set("Lambda-Runtime-Aws-Request-Id", invoked.id());
            to.set("Lambda-Runtime-Deadline-Ms", Long.toString(invoked.deadlineMillis()));
            to.set("Lambda-Runtime-Invoked-Function-Arn", arn(from));
            String trace = from.get("x-amzn-trace-id");
            if (trace != null && trace.length() <= MOST_TRACE_CHARACTERS) {
                to.set("Lambda-Runtime-Trace-Id", trace);
            }
            String client = from.get(CLIENT_CONTEXT);
            if (invoked.event() && client != null && !client.isBlank()) {
                to.set("Lambda-Runtime-Client-Context", clientContext(client));
            }
            trace(from, to);
        }

        @Override
        Buffer emptyEvent() {
            return Buffer.buffer("{}");
        }
    },
    /** FC's own (contract 9.2). */
    FC("/2020-11-11", 200) {
        @Override
        void describe(Invoked invoked, MultiMap to) {
            for (Map.Entry<String, String> header : invoked.headers()) {
                if (header.getKey().regionMatches(true, 0, FcHeaders.PREFIX, 0, FcHeaders.PREFIX.length())
                        && !header.getValue().isEmpty()) {
                    to.set(header.getKey(), header.getValue());
                }
            }
            to.set(FcHeaders.REQUEST_ID, invoked.id());
            to.set(FcHeaders.FUNCTION_DEADLINE, Long.toString(invoked.deadlineMillis()));
            to.set(
                    FcHeaders.FUNCTION_TYPE,
                    Integer.toString(invoked.hook() == null ? 0 : invoked.hook().functionType()));
            String timeout = invoked.headers().get(FcHeaders.FUNCTION_TIMEOUT);
            if (timeout == null || !timeout.matches("[0-9]{1,9}")) {
                // The SDK takes whole seconds only.
                long left = invoked.deadlineMillis() - System.currentTimeMillis();
                to.set(FcHeaders.FUNCTION_TIMEOUT, Long.toString(Math.max(1, Math.ceilDiv(left, 1000L))));
            }
            trace(invoked.headers(), to);
        }

        @Override
        Buffer emptyEvent() {
            return Buffer.buffer();
        }
    };

    private static final String CLIENT_CONTEXT = "X-Amz-Client-Context";

    /** As much as Lambda takes. */
    private static final int MOST_CLIENT_CONTEXT_CHARACTERS = 3583;

    /**
     * Of each kind of trace, which any caller can send. Clients exit over a head that is larger than they read: Node.js reads 16 KB, in which
     * a client context of 8 KB has room as well.
     */
    private static final int MOST_TRACE_CHARACTERS = 512;

    private static final int MOST_BAGGAGE_CHARACTERS = 4096;

    private final String prefix;
    private final int accepted;

    Dialect(String prefix, int accepted) {
        this.prefix = prefix;
        this.accepted = accepted;
    }

    /**
     * An invocation or a hook without its body.
     *
     * @param event whether it is an event, not an HTTP request or a hook
     */
    record Invoked(
            String id,
            boolean event,
            long deadlineMillis,
            @Nullable Hook hook,
            MultiMap headers) {}

    /** The dialect that a path is of. */
    static @Nullable Dialect of(String path) {
        for (Dialect dialect : values()) {
            if (path.startsWith(dialect.prefix + '/')) {
                return dialect;
            }
        }
        return null;
    }

    /** The version that begins each path. */
    String prefix() {
        return prefix;
    }

    /** The status with which a response is accepted. */
    int accepted() {
        return accepted;
    }

    /** Adds the headers of the response to {@code next}. */
    abstract void describe(Invoked invoked, MultiMap to);

    /** What the function gets for an event without a body: Lambda's functions expect JSON (contract 9.1.13). */
    abstract Buffer emptyEvent();

    /** W3C's headers, for functions that continue a trace (contract 3.18). */
    private static void trace(MultiMap from, MultiMap to) {
        pass("traceparent", MOST_TRACE_CHARACTERS, from, to);
        pass("tracestate", MOST_TRACE_CHARACTERS, from, to);
        pass("baggage", MOST_BAGGAGE_CHARACTERS, from, to);
    }

    private static void pass(String name, int most, MultiMap from, MultiMap to) {
        String value = from.get(name);
        if (value != null && !value.isEmpty() && value.length() <= most) {
            to.set(name, value);
        }
    }

    /** The caller sends base64, the function gets JSON (contract 9.1.14), in characters that a header can carry. */
    private static String clientContext(String encoded) {
        if (encoded.length() > MOST_CLIENT_CONTEXT_CHARACTERS) {
            throw new InvocationFailure(
                    FailureCode.BAD_REQUEST,
                    "%s has %d characters, %d are allowed"
                            .formatted(CLIENT_CONTEXT, encoded.length(), MOST_CLIENT_CONTEXT_CHARACTERS));
        }
        try {
            Object context = Json.decode(Buffer.buffer(Base64.getDecoder().decode(encoded.strip())));
            if (context instanceof JsonObject object) {
                return ascii(Json.text(object));
            }
        } catch (IllegalArgumentException | DecodeException neither) {
            // Named below.
        }
        throw new InvocationFailure(
                FailureCode.BAD_REQUEST,
                CLIENT_CONTEXT + " must be a JSON object in base64, such as eyJjdXN0b20iOnt9fQ==");
    }

    private static String ascii(String json) {
        StringBuilder ascii = new StringBuilder(json.length());
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            ascii.append(c < 0x7f ? String.valueOf(c) : "\\u%04x".formatted((int) c));
        }
        return ascii.toString();
    }

    private static String arn(MultiMap headers) {
        return "arn:aws:lambda:" + orElse(headers.get(FcHeaders.REGION), "us-east-1") + ':'
                + orElse(headers.get(FcHeaders.ACCOUNT_ID), "000000000000") + ":function:"
                + orElse(headers.get(FcHeaders.FUNCTION_NAME), "function");
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
