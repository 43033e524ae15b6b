package io.polyfn.core.link.push;

import io.polyfn.core.failure.TimeLimit;
import io.polyfn.core.link.NextPoll;
import io.polyfn.core.link.ResponseMemory;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.netty.Connections;
import io.polyfn.core.netty.WorkerFraming;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The HTTP client to one worker, from the moment its link opens until it exits. */
final class WorkerClient {
    private static final int MAX_HEAD_BYTES = 256 * 1024;

    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    /** Concurrency is limited by admission; a limit here that could be reached would only queue in secret. */
    private static final int MAX_CONNECTIONS = 10_000;

    /** To read what a worker wrote before it exited. */
    private static final long LAST_WORDS_MILLIS = 1_000;

    private final Vertx vertx;
    private final Future<WorkerExit> exited;
    private final SocketAddress address;
    private final HttpClient client;
    private final PooledConnections connections;
    private final Set<Promise<WorkerExit>> awaitingExit = new HashSet<>();
    private final NextPoll nextPoll;
    private final Tunnels tunnels;

    WorkerClient(Vertx vertx, SocketAddress address, Future<WorkerExit> exited, ByteBudget memory, Tunnels tunnels) {
        this(
                vertx,
                address,
                exited,
                memory,
                new PooledConnections(System::nanoTime, System::currentTimeMillis, memory),
                tunnels);
    }

    WorkerClient(
            Vertx vertx,
            SocketAddress address,
            Future<WorkerExit> exited,
            ByteBudget memory,
            PooledConnections connections,
            Tunnels tunnels) {
        this.vertx = vertx;
        this.address = address;
        this.nextPoll = new NextPoll(vertx);
        this.connections = connections;
        this.exited = exited;
        this.tunnels = tunnels;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions().setDecompressionSupported(false).setTcpNoDelay(true))
                .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS))
                .withConnectHandler(connection -> {
                    // Reported by the request that is on it; without a handler it would be logged as an error as well.
                    connection.exceptionHandler(broken -> {});
                    WorkerFraming.enforce(connection, MAX_HEAD_BYTES, MAX_CHUNK_BYTES, memory, connections);
                    connections.opened(connection);
                })
                .build();
        exited.onSuccess(exit -> {
            // What it has written is read first. Then whoever waits for it learns of its exit, even where a grandchild
            // keeps the connection open.
            later(LAST_WORDS_MILLIS, client::close);
            Set.copyOf(awaitingExit).forEach(waiting -> waiting.tryComplete(exit));
        });
    }

    /** Takes a fresh connection. A failed future means that nothing was sent. */
    Future<HttpClientRequest> open(HttpMethod method, String uri) {
        connections.closeStale();
        RequestOptions options = new RequestOptions()
                .setServer(address)
                // A literal: names are looked at again for each request.
                .setHost("127.0.0.1")
                .setMethod(method)
                .setURI(uri);
        return nextPoll.passed().compose(now -> client.request(options)).onSuccess(request -> {
            // Until somebody listens: without a handler, a request that is reset would be logged as an error.
            request.exceptionHandler(notYetSent -> {});
            connections.busy(request.connection());
        });
    }

    /**
     * Gives a request up, and its connection with it, unless that carries another one already: a slow caller gets the last of a response
     * when the worker has long been free for the next.
     */
    void abandon(HttpClientRequest request) {
        HttpConnection connection = request.connection();
        if (!connections.isShared(connection)) {
            request.reset();
            Connections.cut(connection);
        }
    }

    /** Runs something after what the event loop has to do already. */
    void later(Runnable step) {
        vertx.runOnContext(now -> step.run());
    }

    void later(long millis, Runnable step) {
        vertx.setTimer(millis, due -> step.run());
    }

    /** Those of all workers. */
    Tunnels tunnels() {
        return tunnels;
    }

    /** For one response. */
    ResponseMemory responseMemory(ByteBudget memory) {
        return new ResponseMemory(memory, vertx);
    }

    /** How the worker exited, if it has or does so within the given time; fails if it keeps running. */
    Future<WorkerExit> exitWithin(long millis) {
        if (exited.isComplete()) {
            return exited;
        }
        Promise<WorkerExit> waiting = Promise.promise();
        awaitingExit.add(waiting);
        return TimeLimit.within(vertx, Duration.ofMillis(millis), waiting.future())
                .onComplete(over -> awaitingExit.remove(waiting));
    }

    Silence silence() {
        return connections.silence();
    }

    /** The request and its response are over; the connection, if it is open, is back in the pool. */
    void released(HttpClientRequest request) {
        connections.idle(request.connection());
    }
}
