package io.polyfn.core.management;

import io.polyfn.core.lifecycle.GracefulStop;
import io.polyfn.core.worker.WorkerState;
import io.polyfn.core.worker.WorkerState.BackingOff;
import io.polyfn.core.worker.WorkerState.Failed;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerState.Starting;
import io.polyfn.core.worker.WorkerState.Stopped;
import io.polyfn.core.worker.WorkerSupervisor;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready if, and only if, a worker is ready and no stop has begun. */
@Readiness
@Singleton
final class WorkerReadiness implements HealthCheck {
    private final WorkerSupervisor worker;
    private final GracefulStop stop;

    WorkerReadiness(WorkerSupervisor worker, GracefulStop stop) {
        this.worker = worker;
        this.stop = stop;
    }

    @Override
    public HealthCheckResponse call() {
        WorkerState state = worker.state();
        return HealthCheckResponse.named("worker-ready")
                .status(state instanceof Ready && !stop.stopping())
                .withData("state", stop.stopping() ? "stopping" : describe(state))
                .build();
    }

    private static String describe(WorkerState state) {
        return switch (state) {
            case Starting _ -> "starting";
            case Ready ready -> "ready at " + ready.address();
            case BackingOff off -> "to be started again: " + off.reason();
            case Failed failed -> failed.reason();
            case Stopped _ -> "stopped";
        };
    }
}
