package io.polyfn.core.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, for a worker that sees connections of the core only: {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}, as
 * reverse proxies set them. Frameworks read them where they are told to trust a proxy.
 */
public final class Forwarded {
    private static final String FOR = "x-forwarded-for";
    private static final String PROTO = "x-forwarded-proto";
    private static final String HOST = "x-forwarded-host";

    private Forwarded() {}

    /** Adds the headers to those that the worker gets beside the caller's. */
    public static void add(Inbound inbound, MultiMap to) {
        MultiMap sent = inbound.headers();
        String peer = inbound.remoteHost();
        List<String> before = sent.getAll(FOR);
        if (before.isEmpty()) {
            to.set(FOR, peer);
        } else if (!isSidecar(peer)) {
            to.set(FOR, String.join(", ", before) + ", " + peer);
        }
        if (!sent.contains(PROTO)) {
            to.set(PROTO, "http");
        }
        String host = host(inbound);
        if (!sent.contains(HOST) && host != null) {
            to.set(HOST, host);
        }
    }

    /** A proxy in the same pod has added its own caller already. */
    private static boolean isSidecar(String peer) {
        return peer.startsWith("127.") || peer.equals("::1") || peer.equals("0:0:0:0:0:0:0:1");
    }

    private static @Nullable String host(Inbound inbound) {
        String host = inbound.header(HttpHeaders.HOST);
        return host == null && inbound.authority() != null ? inbound.authority().toString() : host;
    }
}
