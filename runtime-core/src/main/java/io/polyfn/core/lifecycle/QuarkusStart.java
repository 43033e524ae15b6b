package io.polyfn.core.lifecycle;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.polyfn.core.invocation.InvocationConfig;
import io.polyfn.core.invocation.PublicServer;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerConfig;
import io.polyfn.core.worker.WorkerSupervisor;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Quarkus's start, which comes after the core's own: health and metrics get the core that is running, and the log says what has happened
 * until then.
 */
@Singleton
public final class QuarkusStart {
    private static final Logger LOG = Logger.getLogger(QuarkusStart.class);
    private static @Nullable Core running;
    private static Future<Void> opened = Future.failedFuture("the core has not been started");

    /** Starts the core; to be called before Quarkus is started. Completed as {@link Core#start} is. */
    public static Future<Void> begin(Core core) {
        running = core;
        opened = core.start();
        return opened;
    }

    void start(@Observes StartupEvent event, Core core) {
        StartTimeline.reached(Phase.QUARKUS_STARTED);
        opened.onSuccess(open -> LOG.debugf("start: %s", StartTimeline.describe()))
                .onFailure(failure -> {
                    LOG.error(failure.getMessage());
                    core.stop(1);
                });
    }

    /** The core that {@code Main} has started; where Quarkus was started without it, as by a test, a new one. */
    @Produces
    @Singleton
    static Core core(
            Config config, InvocationConfig invocation, WorkerConfig worker, @CommandLineArguments String[] command) {
        if (running != null) {
            return running;
        }
        Core core = new Core(config, invocation, worker, List.of(command));
        var _ = begin(core);
        return core;
    }

    /** Bound when there is a registry that keeps what it is told, which is later than the start event. */
    @Produces
    @Singleton
    static MeterBinder meters(Core core) {
        return registry -> core.vertx().runOnContext(go -> core.metrics().register(registry));
    }

    @Produces
    @Singleton
    static WorkerSupervisor worker(Core core) {
        return core.worker();
    }

    @Produces
    @Singleton
    static GracefulStop stop(Core core) {
        return core.graceful();
    }

    @Produces
    @Singleton
    static PublicServer server(Core core) {
        return core.server();
    }
}
