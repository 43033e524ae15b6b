package io.polyfn.core;

import io.polyfn.core.failure.FailureBody;
import io.polyfn.core.http.ServerOptions;
import io.polyfn.core.ingress.Handover;
import io.polyfn.core.ingress.Holding;
import io.polyfn.core.ingress.Hooks;
import io.polyfn.core.ingress.InFlight;
import io.polyfn.core.ingress.PublicServer;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.pull.RuntimeApi;
import io.polyfn.core.link.pull.RuntimeApis;
import io.polyfn.core.link.push.PushLink;
import io.polyfn.core.link.push.Tunnels;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.memory.Share;
import io.polyfn.core.netty.CallerConnections;
import io.polyfn.core.netty.StrictVertx;
import io.polyfn.core.netty.TurnOutput;
import io.polyfn.core.platform.Cgroup;
import io.polyfn.core.platform.Descriptors;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.stop.GracefulStop;
import io.polyfn.core.stop.StopSignal;
import io.polyfn.core.telemetry.FailureLog;
import io.polyfn.core.telemetry.InvocationListener;
import io.polyfn.core.telemetry.InvocationMetrics;
import io.polyfn.core.telemetry.LogMarkers;
import io.polyfn.core.telemetry.RecentInvocations;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.InvocationLog;
import io.polyfn.core.worker.OomDecoys;
import io.polyfn.core.worker.WorkerAddress;
import io.polyfn.core.worker.WorkerAddress.Listening;
import io.polyfn.core.worker.WorkerAddress.Polling;
import io.polyfn.core.worker.WorkerExit;
import io.polyfn.core.worker.WorkerLauncher;
import io.polyfn.core.worker.WorkerLinks;
import io.polyfn.core.worker.WorkerPool;
import io.polyfn.core.worker.WorkerSlot;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The data plane, wired by hand: all that invocations need, and none of it needs Quarkus.
 *
 * <p>The first worker comes first, then the public port, when every invocation gets a response, then the other workers.
 */
public final class DataPlane {
    private static final Logger LOG = Logger.getLogger(DataPlane.class);

    /** For the worker's own connections, files and what the JVM has open. */
    private static final int RESERVED_DESCRIPTORS = 64;

    /** Of a worker that polls. */
    private static final int FEWEST_CONNECTIONS = 8;

    /** What the core's own objects take of the heap, garbage included. */
    private static final int OWN_BYTES = 16 * 1024 * 1024;

    private final Settings settings;
    private final OptionalLong container = Cgroup.memoryLimit();
    private final long mostBytes = Runtime.getRuntime().maxMemory() - OWN_BYTES;
    /** What workers hold at the Runtime API is theirs where callers have all the rest, and never more than half. */
    private final long workersBytes = mostBytes / 16;

    private final ByteBudget memory = new ByteBudget(
            mostBytes - workersBytes,
            // The rest is the core's, and the function's.
            container.isPresent() ? OptionalLong.of(container.getAsLong() / 8) : container);

    private final Vertx vertx;
    private final InvocationMetrics metrics;
    private final RecentInvocations recent = new RecentInvocations();
    private final WorkerPool workers;
    private final RuntimeApis runtimeApis;
    private final Hooks hooks;
    private final PublicServer server;
    private final Tunnels tunnels = new Tunnels();
    private final GracefulStop stop;
    private final Optional<Handover> handover;

    DataPlane(Settings settings, PlatformEnvironment environment, WorkerLauncher launcher) {
        this.settings = settings;
        int descriptors = Descriptors.limit();
        int most = Math.max(descriptors / 2 - RESERVED_DESCRIPTORS, descriptors / 8);
        CallerConnections connections =
                CallerConnections.ofCallers(memory, most, FailureBody.response(Holding.exhausted()));
        int count = settings.worker().pool().workers();
        List<CallerConnections> ofWorkers =
                Stream.generate(() -> ofWorker(count, most)).limit(count).toList();
        Optional<TurnOutput> output = settings.markers()
                ? Optional.of(new TurnOutput(new FileOutputStream(FileDescriptor.out)))
                : Optional.empty();
        vertx = StrictVertx.create(options(), ServerOptions.base(), connections, ofWorkers, output);
        InFlight inFlight = new InFlight();
        metrics = new InvocationMetrics(count);
        InvocationListener listener = listener(launcher.log(), output);
        workers = new WorkerPool(vertx, settings.worker(), launcher, metrics);
        runtimeApis = new RuntimeApis(vertx, workers, memory, ofWorkers, environment);
        hooks = new Hooks(vertx, workers, listener);
        server = new PublicServer(
                vertx,
                settings.platform(),
                settings.invocation(),
                environment,
                workers,
                hooks,
                inFlight,
                listener,
                launcher.log(),
                memory,
                connections,
                launcher.first().isPresent());
        handover = launcher.first().map(worker -> new Handover(vertx, worker, hooks, inFlight));
        stop = new GracefulStop(
                vertx,
                inFlight,
                server,
                tunnels::goAway,
                hooks,
                workers,
                settings.worker().drainDelay(),
                settings.worker().grace(),
                handover);
    }

    /** Each worker has its part, so that one that takes all of it takes nothing of the others. */
    private CallerConnections ofWorker(int workers, int most) {
        return CallerConnections.ofWorkers(
                new Share(memory, workersBytes / workers, mostBytes / 2 / workers),
                Math.max(most / workers, FEWEST_CONNECTIONS),
                RuntimeApi.refusal());
    }

    /** One event loop over the native transport: measured faster than any other number, and it needs no locks. */
    private static VertxOptions options() {
        return new VertxOptions()
                .setEventLoopPoolSize(1)
                // They read /proc and parse large JSON; Vert.x would start a thread for each of the first twenty tasks.
                .setWorkerPoolSize(4)
                // A read-only root file system has no place for caches.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    /**
     * Log markers come first: the start marker precedes all that is printed about an invocation. Only what the worker has printed earlier
     * precedes each marker.
     */
    private InvocationListener listener(@Nullable InvocationLog log, Optional<TurnOutput> output) {
        List<InvocationListener> listeners = new ArrayList<>();
        if (log != null) {
            listeners.add(log);
        }
        output.ifPresent(lines -> listeners.add(new LogMarkers(lines::line)));
        listeners.add(StartTimeline.firstResponse());
        if (settings.control().management()) {
            listeners.add(metrics);
            listeners.add(recent);
        }
        listeners.add(new FailureLog());
        return InvocationListener.all(listeners);
    }

    /**
     * Starts the worker and opens the ports.
     *
     * @return completed when the public port is open; fails, with a message for the operator, if a port cannot be opened
     */
    public Future<Void> start() {
        StopSignal.onStop(() -> stop.run(0));
        Future<Void> settled = workers.start(settings.invocation().port(), this::links, hooks::initializeLater);
        StartTimeline.reached(Phase.CORE_STARTED);
        if (container.isPresent()) {
            OomDecoys.keep(vertx);
        }
        return settled.compose(answerable -> openPort());
    }

    private WorkerLinks links(WorkerSlot slot) {
        RuntimeApi api = runtimeApis.of(slot);
        return new WorkerLinks() {
            @Override
            public Future<Void> open() {
                return api.open()
                        .recover(failure -> Future.failedFuture(
                                "the loopback port of the Runtime API cannot be opened: " + failure.getMessage()));
            }

            @Override
            public Link to(WorkerAddress address, Future<WorkerExit> exited) {
                return address instanceof Listening listening
                        ? new PushLink(vertx, listening.address(), exited, memory, tunnels, workers::stuck)
                        : api.link((Polling) address, exited);
            }

            @Override
            public void close() {
                api.close();
            }
        };
    }

    private Future<Void> openPort() {
        int port = settings.invocation().port();
        int others = workers.allReady().size();
        return server.open(port)
                .onSuccess(open -> handover.map(from -> takeOver(from, others))
                        .orElseGet(Future::succeededFuture)
                        .onComplete(alone -> workers.grow()))
                .onSuccess(open -> LOG.infof("listening on 0.0.0.0:%d", open))
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture("port %d cannot be opened: %s; POLYFN_PORT sets another"
                        .formatted(port, failure.getMessage())));
    }

    private Future<Void> takeOver(Handover from, int others) {
        if (!server.takeAll(others)) {
            LOG.warn(
                    "the kernel cannot give all connections to the core: some that come while the worker leaves the port may be reset."
                            + " POLYFN_HANDOVER=off starts the core first");
        }
        return from.begin();
    }

    /** Begins a graceful stop, after which the process exits with the given code; returns at once. */
    public void stop(int code) {
        stop.run(code);
    }

    /** Whether a stop has begun, so that errors are expected. */
    public boolean stopping() {
        return stop.stopping();
    }

    /** Runs something on the event loop, to which the data plane's state is confined. */
    public <T> Future<T> onEventLoop(Supplier<Future<T>> step) {
        Promise<T> result = Promise.promise();
        vertx.runOnContext(go -> {
            try {
                step.get().onComplete(result);
            } catch (RuntimeException failure) {
                result.fail(failure);
            }
        });
        return result.future();
    }

    public Settings settings() {
        return settings;
    }

    public WorkerPool workers() {
        return workers;
    }

    public InvocationMetrics metrics() {
        return metrics;
    }

    public RecentInvocations recent() {
        return recent;
    }

    public PublicServer server() {
        return server;
    }
}
