package io.polyfn.core.management;

import io.polyfn.core.worker.WorkerState.Failed;
import io.polyfn.core.worker.WorkerSupervisor;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive unless no worker can be started and none will be tried: only then does a new container help. */
@Liveness
@Singleton
final class WorkerLiveness implements HealthCheck {
    private final WorkerSupervisor worker;

    WorkerLiveness(WorkerSupervisor worker) {
        this.worker = worker;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("worker-startable")
                .status(!(worker.state() instanceof Failed))
                .build();
    }
}
