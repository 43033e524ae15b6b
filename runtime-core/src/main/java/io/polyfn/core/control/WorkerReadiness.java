package io.polyfn.core.control;

import io.polyfn.core.DataPlane;
import io.polyfn.core.failure.LastWords;
import io.polyfn.core.worker.WorkerState;
import io.polyfn.core.worker.WorkerState.Ready;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready if, and only if, a worker is ready and no stop has begun. */
@Readiness
@Singleton
final class WorkerReadiness implements HealthCheck {
    private final DataPlane dataPlane;

    WorkerReadiness(DataPlane dataPlane) {
        this.dataPlane = dataPlane;
    }

    @Override
    public HealthCheckResponse call() {
        WorkerState state = dataPlane.workers().state();
        boolean local = dataPlane.settings().platform().showsStderr(false);
        String description = local ? state.describe() : LastWords.remove(state.describe());
        boolean stopping = dataPlane.stopping();
        return HealthCheckResponse.named("worker-ready")
                .status(state instanceof Ready && !stopping)
                .withData("state", stopping ? "stopping" : description)
                .build();
    }
}
