package io.polyfn.core.link.pull;

import io.polyfn.core.failure.FailureBody;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.failure.Json;
import io.polyfn.core.http.ServerOptions;
import io.polyfn.core.link.Link;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.netty.CallerConnections;
import io.polyfn.core.netty.RequestRules;
import io.polyfn.core.netty.Trailers;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.worker.RuntimeApiPort;
import io.polyfn.core.worker.WorkerAddress.Polling;
import io.polyfn.core.worker.WorkerExit;
import io.polyfn.core.worker.WorkerPool;
import io.polyfn.core.worker.WorkerSlot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The Runtime API (contract 9): functions written for Lambda's and FC's own runtimes poll it for their invocations. It is on a loopback
 * port of its own, never on the public one.
 */
public final class RuntimeApi {
    private static final int MAX_INIT_ERROR_BYTES = 256 * 1024;
    private static final String NEXT = "/runtime/invocation/next";
    private static final String INVOCATION = "/runtime/invocation/";
    private static final String RESPONSE = "/response";
    private static final String ERROR = "/error";
    private static final String INIT_ERROR = "/runtime/init/error";

    private final Vertx vertx;
    private final RuntimeApiPort port;
    private final PullWorkers workers;
    private final CallerConnections connections;
    private final PostBodies bodies;
    private final boolean warmsUp;
    private final Extensions extensions;
    private int number;
    private @Nullable EarlyConnections early;
    private @Nullable HttpServer server;

    /**
     * @param slot whose workers are told this port
     * @param links of all slots
     * @param memory for invocations and their responses
     * @param connections of the workers with this number, which have memory of their own
     * @param environment has what the function is called
     * @param warmsUp whether the core is about to start
     */
    RuntimeApi(
            Vertx vertx,
            WorkerSlot slot,
            WorkerPool pool,
            PullLinks links,
            ByteBudget memory,
            CallerConnections connections,
            PlatformEnvironment environment,
            boolean warmsUp) {
        this.vertx = vertx;
        this.warmsUp = warmsUp;
        this.port = slot.runtimeApi();
        this.connections = connections;
        this.bodies = new PostBodies(connections.memory());
        this.extensions = new Extensions(environment, bodies);
        this.workers = new PullWorkers(
                vertx,
                slot,
                pool,
                links,
                memory,
                extensions,
                () -> slot.peers(number),
                connected -> workersPort(connected));
    }

    /** The whole response for a connection that does not fit. */
    public static byte[] refusal() {
        return FailureBody.response(PostBodies.exhausted());
    }

    private int workersPort(int connected) {
        return early == null ? connected : early.workersPort(connected);
    }

    /** The link to a worker that has polled for the first time. */
    public Link link(Polling address, Future<WorkerExit> exited) {
        return workers.opened(address, exited);
    }

    /** Takes over the port that workers have been told, and the connections that wait there; fails if it cannot be opened. */
    public Future<Void> open() {
        try {
            number = port.open();
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        ServerSocketChannel held = port.takeOver();
        early = new EarlyConnections(number);
        connections.guard(number);
        HttpServer opened = vertx.createHttpServer(ServerOptions.base()
                        .setReusePort(true)
                        .setHandle100ContinueAutomatically(true)
                        .setHttp2ClearTextEnabled(false))
                .connectionHandler(connection -> {
                    connections.watch(connection);
                    Trailers.keep(connection);
                    workers.peers().opened(connection);
                })
                .invalidRequestHandler(this::refuse)
                .requestHandler(this::handle);
        server = opened;
        return opened.listen(number, "127.0.0.1")
                .compose(open -> serveEarly(held))
                .onSuccess(alone -> {
                    if (warmsUp) {
                        warmUp();
                    }
                });
    }

    /** Closes the port, and the connections that are left. */
    public void close() {
        if (server != null) {
            var _ = server.close().onComplete(closed -> connections.guardNoMore(number));
        }
    }

    /**
     * The core warms itself up while it waits for its worker: one request to itself loads and sets up what Vert.x and Netty need for a
     * server's and a client's first request, so that the first invocation does not wait the 25 ms for it.
     */
    private void warmUp() {
        HttpClient client = vertx.createHttpClient();
        client.request(HttpMethod.GET, number, "127.0.0.1", "/")
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
            early.closeAfterResponse(request);
        }
        String path = request.path();
        if (path.startsWith(Extensions.PREFIX)) {
            extensions.handle(request);
            return;
        }
        Dialect dialect = Dialect.of(path);
        String call = dialect == null ? "" : path.substring(dialect.prefix().length());
        if (dialect != null && request.method().equals(HttpMethod.GET) && call.equals(NEXT)) {
            workers.polled(new NextCall(dialect, request));
            return;
        }
        RuntimeApiPost post = new RuntimeApiPost(dialect == null ? Dialect.LAMBDA : dialect, request);
        if (dialect == null || !request.method().equals(HttpMethod.POST)) {
            unknown(post);
        } else if (call.equals(INIT_ERROR)) {
            initError(post);
        } else if (call.startsWith(INVOCATION) && call.endsWith(RESPONSE)) {
            Pending pending = pendingOf(post, call, RESPONSE);
            if (pending != null) {
                pending.respond(post);
            }
        } else if (call.startsWith(INVOCATION) && call.endsWith(ERROR)) {
            Pending pending = pendingOf(post, call, ERROR);
            if (pending != null) {
                pending.fail(post);
            }
        } else {
            unknown(post);
        }
    }

    /** A post that cannot be decoded is a response that cannot be had: whoever waits for it need not wait for another. */
    private void refuse(HttpServerRequest request) {
        String path = request.path();
        Dialect dialect = path == null ? null : Dialect.of(path);
        String call = dialect == null ? "" : path.substring(dialect.prefix().length());
        if (dialect != null && call.startsWith(INVOCATION) && (call.endsWith(RESPONSE) || call.endsWith(ERROR))) {
            String id = id(call, call.endsWith(RESPONSE) ? RESPONSE : ERROR);
            Pending pending = workers.take(id, new RuntimeApiPost(dialect, request));
            if (pending != null) {
                pending.undeliverable(new InvocationFailure(
                        FailureCode.BAD_WORKER_ANSWER,
                        "the worker posted its response in a request that is not valid HTTP: "
                                + RequestRules.reason(request).getMessage()));
            }
        }
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }

    private static String id(String call, String suffix) {
        return call.substring(INVOCATION.length(), Math.max(INVOCATION.length(), call.length() - suffix.length()));
    }

    private @Nullable Pending pendingOf(RuntimeApiPost post, String call, String suffix) {
        String id = id(call, suffix);
        Pending pending = workers.take(id, post);
        if (pending == null) {
            post.refuse(
                    400,
                    "InvalidRequestID",
                    "there is no invocation " + id + " to respond to: it was never handed out, or has its response");
        }
        return pending;
    }

    private void initError(RuntimeApiPost post) {
        bodies.read(post, MAX_INIT_ERROR_BYTES, reason -> {
            post.accept();
            workers.initFailed(describe(reason));
        });
    }

    private static String describe(Buffer reason) {
        try {
            if (Json.decode(reason) instanceof JsonObject json && json.containsKey("errorMessage")) {
                return json.getString("errorType", "Error") + ": " + json.getString("errorMessage");
            }
        } catch (DecodeException | ClassCastException otherForm) {
            // Quoted as it is.
        }
        return reason.toString();
    }

    private static void unknown(RuntimeApiPost post) {
        post.refuse(
                404,
                "UnknownCall",
                "the Runtime API has no " + post.request().method() + " "
                        + post.request().path());
    }
}
