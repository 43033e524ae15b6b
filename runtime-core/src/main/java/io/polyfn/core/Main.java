package io.polyfn.core;

import io.polyfn.core.lifecycle.Core;
import io.polyfn.core.lifecycle.QuarkusStart;
import io.polyfn.core.lifecycle.StopSignal;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerLauncher;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Starts the worker, then the core, then Quarkus. Worker and core come up at the same time; Quarkus, with the
 * management port and the log, when invocations are being answered. The arguments are the worker's command (the image's {@code CMD}).
 */
@QuarkusMain
public final class Main {
    private static final Logger LOG = Logger.getLogger(Main.class);

    /** Health checks want an answer of a core whose worker is slow. */
    private static final long QUARKUS_WAITS_AT_MOST_SECONDS = 3;

    private Main() {}

    public static void main(String... args) throws InterruptedException {
        StartTimeline.reached(Phase.JVM_STARTED);
        List<String> command = List.of(args);
        Map<String, String> environment = System.getenv();
        // However the core ends, its worker's processes end with it.
        Runtime.getRuntime().addShutdownHook(new Thread(WorkerLauncher::killNewest, "end-worker"));
        WorkerLauncher.startEarly(command, environment);
        StartTimeline.reached(Phase.WORKER_STARTED);
        StopSignal.listen();
        try {
            Settings settings = Settings.read(new PlatformEnvironment(environment));
            settings.warnings().forEach(LOG::warn);
            OldSettings old = OldSettings.read(environment);
            startAll(new Core(old.config(), old.invocation(), old.worker(), command), args);
        } catch (RuntimeException failure) {
            // A wrong setting, most likely. Without this the event loop would keep the process alive.
            StartFailure.print(failure);
            System.exit(1);
        }
    }

    private static void startAll(Core core, String... args) throws InterruptedException {
        CountDownLatch open = new CountDownLatch(1);
        // Whether it succeeded or failed is said when there is a log to say it in.
        QuarkusStart.begin(core).onComplete(done -> open.countDown());
        var _ = open.await(QUARKUS_WAITS_AT_MOST_SECONDS, TimeUnit.SECONDS);
        try {
            Quarkus.run(null, (code, failure) -> ended(core, code, failure), args);
        } catch (IllegalStateException failure) {
            // A stop that is over before Quarkus is there: a JVM that ends takes no more shutdown hooks.
            if (!core.stopping()) {
                throw failure;
            }
        }
    }

    private static void ended(Core core, int code, @Nullable Throwable failure) {
        if (failure == null) {
            System.exit(code);
        } else if (!core.stopping()) {
            StartFailure.print(failure);
            core.stop(code);
        }
    }
}
