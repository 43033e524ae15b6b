package io.polyfn.core.invocation;

import io.polyfn.core.telemetry.StartTimeline;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/**
 * The public port. It is opened when every invocation can be answered, not before, so that a platform's TCP probe tells the truth.
 *
 * <p>This is not Quarkus's own server: a function need not wait for Quarkus's start, nor a request for its router.
 */
public final class PublicServer {
    private static final int MAX_HEAD_BYTES = 64 * 1024;

    private final HttpServer server;

    public PublicServer(Vertx vertx, InvocationServices services, HookHandler hooks) {
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        // FC asks for keep-alive without an end (contract 1.2); deadlines are per invocation.
                        .setIdleTimeout(0)
                        .setMaxHeaderSize(MAX_HEAD_BYTES)
                        .setMaxInitialLineLength(MAX_HEAD_BYTES)
                        // Vert.x holds several chunks for each request whose worker is slow, and the heap is small.
                        .setMaxChunkSize(16 * 1024)
                        // A tunnelled WebSocket's extensions are agreed on by caller and worker; without these two, no
                        // handler looks for them.
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setAcceptBacklog(1024)
                        .setTcpNoDelay(true))
                .connectionHandler(LeftCallers::watch)
                .requestHandler(new Dispatch(services, hooks));
    }

    /** Opens the port on all interfaces (contract 1.2); fails if it is taken. */
    public Future<Integer> open(int port) {
        return server.listen(port, "0.0.0.0")
                .map(HttpServer::actualPort)
                .onSuccess(open -> StartTimeline.reached(StartTimeline.Phase.PORT_OPEN));
    }

    /** The port that is open, which tells more than the configuration when that says 0. */
    public int actualPort() {
        return server.actualPort();
    }

    public Future<Void> close() {
        return server.close();
    }
}
