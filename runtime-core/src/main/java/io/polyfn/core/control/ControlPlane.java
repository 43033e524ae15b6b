package io.polyfn.core.control;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.polyfn.core.DataPlane;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The Quarkus application: it is started after the data plane, and its beans get the data plane that is running. */
@Singleton
public final class ControlPlane {
    private static @Nullable DataPlane running;

    /**
     * Runs Quarkus; returns when it has stopped, or could not be started. Invocations need none of it, so whatever fails here ends here.
     *
     * @param failed gets the reason if it cannot be started, such as a port in use
     */
    public static void run(DataPlane dataPlane, Consumer<Throwable> failed) {
        running = dataPlane;
        try {
            Quarkus.run(null, (code, failure) -> {
                if (failure == null) {
                    System.exit(code);
                } else if (!dataPlane.stopping()) {
                    failed.accept(failure);
                }
            });
        } catch (RuntimeException | Error failure) {
            // An error is thrown for the lack of a thread. In a stop, a JVM that exits accepts no more shutdown hooks.
            if (!dataPlane.stopping()) {
                failed.accept(failure);
            }
        }
    }

    void started(@Observes StartupEvent event) {
        StartTimeline.reached(Phase.QUARKUS_STARTED);
    }

    /** The one bean that is made elsewhere. */
    @Produces
    @Singleton
    static DataPlane dataPlane() {
        return Objects.requireNonNull(running, "the data plane is started before Quarkus");
    }

    /** Bound when the registry keeps values, which is later than the startup event. */
    @Produces
    @Singleton
    static MeterBinder meters(DataPlane dataPlane) {
        return registry -> dataPlane.onEventLoop(() -> {
            dataPlane.metrics().register(registry);
            return Future.succeededFuture();
        });
    }
}
