package io.polyfn.core.ingress;

import io.polyfn.core.http.ServerOptions;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.netty.CallerConnections;
import io.polyfn.core.netty.GoneCallers;
import io.polyfn.core.platform.InvocationSettings;
import io.polyfn.core.platform.LocalContext;
import io.polyfn.core.platform.Platform;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.telemetry.InvocationListener;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.InvocationLog;
import io.polyfn.core.worker.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import org.jspecify.annotations.Nullable;

/**
 * The public port. It is opened when every invocation gets a response, not before, so that a platform's TCP probe tells the truth.
 *
 * <p>This is not Quarkus's server: neither a function's start nor a request waits for Quarkus.
 */
public final class PublicServer {
    private final Vertx vertx;
    private final HttpServer server;
    private final CallerConnections connections;

    public PublicServer(
            Vertx vertx,
            Platform platform,
            InvocationSettings settings,
            PlatformEnvironment environment,
            WorkerPool workers,
            Hooks hooks,
            InFlight inFlight,
            InvocationListener listener,
            @Nullable InvocationLog log,
            ByteBudget memory,
            CallerConnections connections,
            boolean sharesPort) {
        this.vertx = vertx;
        this.connections = connections;
        Ingress ingress = new Ingress(
                vertx,
                platform,
                settings,
                workers,
                new Admission(settings.concurrency(), settings.queue()),
                inFlight,
                new SlowCallers(vertx, inFlight, settings.callerTimeout()),
                listener,
                log,
                new LocalContext(environment),
                memory);
        InvalidRequests invalid = new InvalidRequests(ingress);
        this.server = vertx.createHttpServer(ServerOptions.base().setReusePort(sharesPort))
                .connectionHandler(this::opened)
                .invalidRequestHandler(invalid)
                .requestHandler(new Dispatch(ingress, hooks, invalid, connections));
    }

    private void opened(HttpConnection connection) {
        GoneCallers.watch(connection);
        connections.watch(connection);
    }

    /** Opens the port on all interfaces (contract 1.2); fails if it is taken. */
    public Future<Integer> open(int port) {
        return server.listen(port, "0.0.0.0")
                .map(HttpServer::actualPort)
                .onSuccess(connections::guard)
                .onSuccess(open -> StartTimeline.reached(Phase.PORT_OPEN));
    }

    /**
     * From now on every new connection is the core's, where another process listens on the same port.
     *
     * @param others how many did so before the core
     * @return false where the kernel cannot do that: both get some
     */
    public boolean takeAll(int others) {
        return connections.takeAll(others);
    }

    /** The port that is open, which says more than the setting if that is 0. */
    public int actualPort() {
        return server.actualPort();
    }

    /** From now on each connection gets one more response, or none if it has no request; new ones are served as before. */
    public void drain() {
        connections.drain();
    }

    /** Closes the port, but no connection. Completed when all callers who have connected are known. */
    public Future<Void> stopAccepting() {
        return connections.stopAccepting();
    }

    /** Closes the connections that have no request on its way; completed when none is left. */
    public Future<Void> disconnect() {
        return connections.disconnect(vertx);
    }

    /** Closes what is left, at once. */
    public Future<Void> close() {
        return server.close();
    }
}
