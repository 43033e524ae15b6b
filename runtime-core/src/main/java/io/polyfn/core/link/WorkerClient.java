package io.polyfn.core.link;

import io.polyfn.core.worker.WorkerExit;
import io.polyfn.core.worker.WorkerState.Ready;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The HTTP client to one worker, from its readiness to its end. */
final class WorkerClient {
    private static final int MAX_HEAD_BYTES = 256 * 1024;
    /** Concurrency is limited by admission; a limit here that could be reached would only queue in secret. */
    private static final int MAX_CONNECTIONS = 10_000;

    private final Vertx vertx;
    private final Ready worker;
    private final SocketAddress address;
    private final HttpClient client;
    private final PooledConnections connections;
    private final Set<Promise<WorkerExit>> awaitingExit = new HashSet<>();
    private final QuietTurn turn;

    WorkerClient(Vertx vertx, Ready worker, SocketAddress address) {
        this(vertx, worker, address, new PooledConnections(System::nanoTime, System::currentTimeMillis));
    }

    WorkerClient(Vertx vertx, Ready worker, SocketAddress address, PooledConnections connections) {
        this.vertx = vertx;
        this.address = address;
        this.turn = new QuietTurn(vertx);
        this.connections = connections;
        this.worker = worker;
        this.client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setMaxHeaderSize(MAX_HEAD_BYTES)
                        .setMaxInitialLineLength(MAX_HEAD_BYTES)
                        .setMaxChunkSize(64 * 1024)
                        .setDecompressionSupported(false)
                        .setTcpNoDelay(true))
                .with(new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS))
                .withConnectHandler(connections::opened)
                .build();
        // At once, so that whoever waits in a dead worker hears of it, even where a grandchild keeps the connection
        // open.
        worker.exited().onSuccess(exit -> {
            client.close();
            Set.copyOf(awaitingExit).forEach(waiting -> waiting.tryComplete(exit));
        });
    }

    Ready worker() {
        return worker;
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
        return turn.come()
                .compose(now -> client.request(options))
                .onSuccess(request -> connections.busy(request.connection()));
    }

    /** Runs something after what the event loop has to do already. */
    void later(Runnable step) {
        vertx.runOnContext(turn -> step.run());
    }

    /** How the worker ended, if it has or does so within the given time; fails if it lives on. */
    Future<WorkerExit> exitWithin(long millis) {
        if (worker.exited().isComplete()) {
            return worker.exited();
        }
        Promise<WorkerExit> waiting = Promise.promise();
        awaitingExit.add(waiting);
        return waiting.future().timeout(millis, TimeUnit.MILLISECONDS).onComplete(over -> awaitingExit.remove(waiting));
    }

    /** The request and its answer are over; the connection, if it lives, is back in the pool. */
    void released(HttpClientRequest request) {
        connections.idle(request.connection());
    }
}
