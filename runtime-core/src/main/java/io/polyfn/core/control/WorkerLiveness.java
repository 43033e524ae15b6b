package io.polyfn.core.control;

import io.polyfn.core.DataPlane;
import io.polyfn.core.worker.WorkerState.Failed;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless no worker can be started and none will be tried: only then does a new container help. */
@Liveness
@Singleton
final class WorkerLiveness implements HealthCheck {
    private final DataPlane dataPlane;

    WorkerLiveness(DataPlane dataPlane) {
        this.dataPlane = dataPlane;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("worker-startable")
                .status(!(dataPlane.workers().state() instanceof Failed))
                .build();
    }
}
