package io.polyfn.core.link;

import io.polyfn.core.worker.RuntimeApiPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The Runtime API (contract 9): what functions written for Lambda's and FC's own runtimes ask for their invocations. On a loopback port
 * of its own, never on the public one.
 */
final class RuntimeApi {
    private static final int MAX_HEAD_BYTES = 64 * 1024;
    private static final int MOST_INIT_ERROR = 256 * 1024;
    private static final String NEXT = "/runtime/invocation/next";
    private static final String INVOCATION = "/runtime/invocation/";
    private static final String INIT_ERROR = "/runtime/init/error";

    private final Vertx vertx;
    private final PullLink link;
    private @Nullable EarlyConnections early;

    RuntimeApi(Vertx vertx, PullLink link) {
        this.vertx = vertx;
        this.link = link;
    }

    /** Takes over the port that workers have been told, and the connections that wait there; fails if it cannot be opened. */
    Future<Void> open() {
        int port;
        try {
            port = RuntimeApiPort.open();
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        ServerSocketChannel held = RuntimeApiPort.takeOver();
        early = new EarlyConnections(port);
        HttpServer server = vertx.createHttpServer(new HttpServerOptions()
                        .setReusePort(true)
                        // A worker waits here for its next invocation, for hours if need be.
                        .setIdleTimeout(0)
                        .setMaxHeaderSize(MAX_HEAD_BYTES)
                        .setMaxInitialLineLength(MAX_HEAD_BYTES)
                        .setHandle100ContinueAutomatically(true)
                        .setHttp2ClearTextEnabled(false)
                        .setMaxChunkSize(16 * 1024)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false)
                        .setAcceptBacklog(1024)
                        .setTcpNoDelay(true))
                .connectionHandler(Trailers::keep)
                .requestHandler(this::handle);
        return server.listen(port, "127.0.0.1")
                .compose(open -> serveEarly(held))
                .onSuccess(alone -> rehearse(port));
    }

    /**
     * One request of the core to itself while it waits for its worker: what Vert.x and Netty have to load and set up for a server's and a
     * client's first request, 25 ms of it, the first invocation finds ready.
     */
    private void rehearse(int port) {
        HttpClient client = vertx.createHttpClient();
        client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .onComplete(over -> client.close());
    }

    private Future<Void> serveEarly(@Nullable ServerSocketChannel held) {
        EarlyConnections connections = early;
        return held == null || connections == null
                ? Future.succeededFuture()
                : vertx.executeBlocking(() -> {
                    connections.serve(held);
                    return null;
                });
    }

    private void handle(HttpServerRequest request) {
        if (early != null) {
            early.closeAfterAnswer(request);
        }
        String path = request.path();
        Dialect dialect = Dialect.of(path);
        String call = dialect == null ? "" : path.substring(dialect.prefix().length());
        if (dialect != null && request.method().equals(HttpMethod.GET) && call.equals(NEXT)) {
            link.next(new Poll(dialect, request));
            return;
        }
        Posted posted = new Posted(dialect == null ? Dialect.LAMBDA : dialect, request);
        if (dialect == null || !request.method().equals(HttpMethod.POST)) {
            unknown(posted);
        } else if (call.equals(INIT_ERROR)) {
            initError(posted);
        } else if (call.startsWith(INVOCATION) && call.endsWith("/response")) {
            Work work = workOf(posted, call, "/response");
            if (work != null) {
                work.respond(posted);
            }
        } else if (call.startsWith(INVOCATION) && call.endsWith("/error")) {
            Work work = workOf(posted, call, "/error");
            if (work != null) {
                work.fail(posted);
            }
        } else {
            unknown(posted);
        }
    }

    private @Nullable Work workOf(Posted posted, String call, String suffix) {
        int end = Math.max(INVOCATION.length(), call.length() - suffix.length());
        String id = call.substring(INVOCATION.length(), end);
        Work work = link.take(id, posted);
        if (work == null) {
            posted.refuse(
                    400,
                    "InvalidRequestID",
                    "there is no invocation " + id + " to answer: it was never given out, or it has been answered");
        }
        return work;
    }

    private void initError(Posted posted) {
        new HeldBody(posted.request(), MOST_INIT_ERROR).ready().onSuccess(held -> {
            posted.accept();
            link.initFailed(describe(held.first()));
        });
    }

    private static String describe(Buffer said) {
        try {
            if (io.vertx.core.json.Json.decodeValue(said) instanceof JsonObject json
                    && json.containsKey("errorMessage")) {
                return json.getString("errorType", "Error") + ": " + json.getString("errorMessage");
            }
        } catch (DecodeException | ClassCastException otherForm) {
            // Whatever it is, it is quoted as it came.
        }
        return said.toString();
    }

    private static void unknown(Posted posted) {
        posted.refuse(
                404,
                "UnknownCall",
                "the Runtime API has no " + posted.request().method() + " "
                        + posted.request().path());
    }
}
