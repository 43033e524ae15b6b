package io.polyfn.core.http;

import io.vertx.core.http.HttpServerOptions;

/** The options that the core's servers share. */
public final class ServerOptions {
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private ServerOptions() {}

    public static HttpServerOptions base() {
        return new HttpServerOptions()
                // FC asks for keep-alive without an end (contract 1.2), and workers poll for hours; deadlines are per
                // invocation.
                .setIdleTimeout(0)
                .setMaxHeaderSize(MAX_HEAD_BYTES)
                .setMaxInitialLineLength(MAX_HEAD_BYTES)
                // Vert.x holds several chunks for each request whose reader is slow, and the heap is small.
                .setMaxChunkSize(16 * 1024)
                // A tunnelled WebSocket's extensions are agreed on by caller and worker; without these two, no handler
                // looks for them.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setAcceptBacklog(1024)
                .setTcpNoDelay(true);
    }
}
