package io.polyfn.core.link.pull;

import io.polyfn.core.platform.FcHeaders;
import io.polyfn.core.platform.Hook;
import io.vertx.core.MultiMap;
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
            if (trace != null) {
                to.set("Lambda-Runtime-Trace-Id", trace);
            }
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
        }
    };

    private final String prefix;
    private final int accepted;

    Dialect(String prefix, int accepted) {
        this.prefix = prefix;
        this.accepted = accepted;
    }

    /** An invocation or a hook without its body. */
    record Invoked(String id, long deadlineMillis, @Nullable Hook hook, MultiMap headers) {}

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

    private static String arn(MultiMap headers) {
        return "arn:aws:lambda:" + orElse(headers.get(FcHeaders.REGION), "us-east-1") + ':'
                + orElse(headers.get(FcHeaders.ACCOUNT_ID), "000000000000") + ":function:"
                + orElse(headers.get(FcHeaders.FUNCTION_NAME), "function");
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
