package io.polyfn.core;

import io.polyfn.core.control.ConsoleLog;
import io.polyfn.core.control.ControlPlane;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.stop.StopSignal;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerLauncher;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Starts the worker, then the data plane, then the control plane, if there is to be one. The worker and the data plane start at the same
 * time; the control plane when invocations get responses. The arguments are the worker's command (the image's {@code CMD}).
 */
public final class Main {
    private static final Logger LOG = Logger.getLogger(Main.class);

    /** Health checks want a response from a core whose worker starts slowly. */
    private static final long CONTROL_PLANE_WAITS_AT_MOST_SECONDS = 3;

    private Main() {}

    public static void main(String... args) throws InterruptedException {
        StartTimeline.reached(Phase.JVM_STARTED);
        PlatformEnvironment environment = PlatformEnvironment.ofProcess();
        try {
            start(Settings.read(environment), environment, List.of(args));
        } catch (RuntimeException | OutOfMemoryError failure) {
            // An invalid setting, most likely, or no thread to be had. Without this the event loop would keep the
            // process alive.
            StartFailure.print(failure);
            System.exit(1);
        }
    }

    private static void start(Settings settings, PlatformEnvironment environment, List<String> command)
            throws InterruptedException {
        WorkerLauncher launcher = new WorkerLauncher(
                command, environment, settings.worker(), settings.invocation().concurrency());
        // However the core exits, its worker's processes exit with it.
        Runtime.getRuntime().addShutdownHook(new Thread(launcher::killAll, "kill-workers"));
        launcher.startEarly();
        StartTimeline.reached(Phase.WORKER_STARTED);
        StopSignal.listen();
        settings.warnings().forEach(LOG::warn);
        LOG.debugf("platform %s", settings.platform().label());
        DataPlane dataPlane = new DataPlane(settings, environment, launcher);
        Future<Void> opened = dataPlane.start().onFailure(failure -> {
            LOG.error(failure.getMessage());
            dataPlane.stop(1);
        });
        opened.onSuccess(open -> LOG.debugf("startup: %s", StartTimeline.describe()));
        if (settings.control().management()) {
            CountDownLatch open = new CountDownLatch(1);
            opened.onComplete(done -> open.countDown());
            var _ = open.await(CONTROL_PLANE_WAITS_AT_MOST_SECONDS, TimeUnit.SECONDS);
            // Returns when the core exits.
            ControlPlane.run(dataPlane, failure -> failed(failure, settings, environment));
        } else {
            ConsoleLog.open(environment);
        }
    }

    /** The data plane goes on: who misses a health check is no reason to serve nobody. */
    private static void failed(Throwable failure, Settings settings, PlatformEnvironment environment) {
        ConsoleLog.open(environment);
        LOG.errorf(
                "the control plane cannot be started: %s. Invocations are served; /health and /metrics are not, until the container"
                        + " is started anew. POLYFN_MANAGEMENT=off does without them",
                StartFailure.ofControlPlane(failure, settings.control().managementPort()));
    }
}
