package io.polyfn.core.lifecycle;

import io.polyfn.core.invocation.InvocationConfig;
import io.polyfn.core.invocation.InvocationServices;
import io.polyfn.core.invocation.ListenPort;
import io.polyfn.core.invocation.PublicServer;
import io.polyfn.core.link.WorkerLink;
import io.polyfn.core.telemetry.InvocationMetrics;
import io.polyfn.core.telemetry.LogMarkers;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerConfig;
import io.polyfn.core.worker.WorkerLauncher;
import io.polyfn.core.worker.WorkerSupervisor;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * The core's start, and all that answers invocations, put together by hand: none of it needs Quarkus, whose start is longer than all of
 * this and comes afterwards ({@link QuarkusStart}).
 *
 * <p>The worker first, the public port when every invocation can be answered.
 */
public final class Core {
    private static final Logger LOG = Logger.getLogger(Core.class);

    private final int port;
    private final Vertx vertx;
    private final WorkerSupervisor worker;
    private final WorkerLink link;
    private final InvocationMetrics metrics = new InvocationMetrics();
    private final Hooks hooks;
    private final PublicServer server;
    private final GracefulStop stop;

    /**
     * @param command of the worker, as the image has it
     * @throws IllegalArgumentException if a setting has a value that cannot be; the message names variable and value
     */
    public Core(Config config, InvocationConfig invocationConfig, WorkerConfig workerConfig, List<String> command) {
        LogMarkers markers = new LogMarkers();
        port = ListenPort.of(config);
        vertx = Vertx.vertx(options());
        worker = new WorkerSupervisor(vertx, workerConfig, new WorkerLauncher(command, config), metrics);
        link = new WorkerLink(vertx, worker);
        hooks = new Hooks(worker, link, markers);
        InvocationServices services = new InvocationServices(vertx, invocationConfig, worker, link, markers, metrics);
        server = new PublicServer(vertx, services, new HookEndpoint(hooks));
        stop = new GracefulStop(vertx, services, server, hooks, worker, workerConfig);
    }

    /** One event loop over the native transport: measured faster than any other number, and it needs no locks. */
    private static VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                .setPreferNativeTransport(true)
                // A read-only root file system has no place for caches.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    /**
     * Starts the worker and opens the ports.
     *
     * @return completed when the public port is open; fails, with a message for whoever started the core, if a port cannot be opened
     */
    public Future<Void> start() {
        worker.gateReadiness(hooks::initializeReplacement);
        StopSignal.onStop(() -> stop.run(0));
        Future<Void> settled = worker.start(port);
        Future<Void> runtimeApi = link.openRuntimeApi()
                .recover(failure -> Future.failedFuture(
                        "the loopback port of the Runtime API cannot be opened: " + failure.getMessage()));
        StartTimeline.reached(Phase.CORE_STARTED);
        return runtimeApi.compose(open -> settled).compose(answerable -> openPort());
    }

    private Future<Void> openPort() {
        return server.open(port)
                .onSuccess(open -> LOG.infof("listening on 0.0.0.0:%d", open))
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture("port %d cannot be opened: %s; POLYFN_PORT sets another"
                        .formatted(port, failure.getMessage())));
    }

    /** Stops the core in order, and ends it with the given exit code; returns at once. */
    public void stop(int code) {
        stop.run(code);
    }

    /** Whether a stop has begun, which is not a reason to say that something failed. */
    public boolean stopping() {
        return stop.stopping();
    }

    Vertx vertx() {
        return vertx;
    }

    WorkerSupervisor worker() {
        return worker;
    }

    InvocationMetrics metrics() {
        return metrics;
    }

    PublicServer server() {
        return server;
    }

    GracefulStop graceful() {
        return stop;
    }
}
