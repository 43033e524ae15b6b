package io.polyfn.core;

import io.polyfn.core.lifecycle.StopSignal;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerLauncher;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Starts the worker, then the core; both come up at the same time. The arguments are the worker's command (the image's {@code CMD}). */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... args) {
        StartTimeline.reached(Phase.JVM_STARTED);
        StopSignal.listen();
        WorkerLauncher.startEarly(List.of(args), System.getenv());
        StartTimeline.reached(Phase.WORKER_STARTED);
        // However the core ends, its worker's processes end with it.
        Runtime.getRuntime().addShutdownHook(new Thread(WorkerLauncher::killNewest, "end-worker"));
        Quarkus.run(null, Main::exit, args);
    }

    private static void exit(int code, @Nullable Throwable failure) {
        if (failure != null) {
            ConfigurationError.print(failure);
        }
        System.exit(code);
    }
}
