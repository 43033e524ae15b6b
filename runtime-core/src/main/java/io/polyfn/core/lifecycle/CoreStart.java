package io.polyfn.core.lifecycle;

import io.polyfn.core.invocation.ListenPort;
import io.polyfn.core.invocation.PublicServer;
import io.polyfn.core.link.RuntimeApi;
import io.polyfn.core.telemetry.StartTimeline;
import io.polyfn.core.telemetry.StartTimeline.Phase;
import io.polyfn.core.worker.WorkerSupervisor;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** The core's start: the worker first, the public port when every invocation can be answered. */
@Singleton
final class CoreStart {
    private static final Logger LOG = Logger.getLogger(CoreStart.class);

    void start(
            @Observes StartupEvent event,
            WorkerSupervisor worker,
            RuntimeApi runtimeApi,
            Hooks hooks,
            ListenPort listen,
            PublicServer server,
            GracefulStop stop) {
        StartTimeline.reached(Phase.CORE_STARTED);
        worker.gateReadiness(hooks::initializeReplacement);
        StopSignal.onStop(stop::run);
        Future<Void> settled = worker.start(listen.port());
        runtimeApi.open().onSuccess(open -> openPort(settled, listen, server)).onFailure(failure -> {
            LOG.errorf("the loopback port of the Runtime API cannot be opened: %s", failure.getMessage());
            Quarkus.asyncExit(1);
        });
    }

    private static void openPort(Future<Void> settled, ListenPort listen, PublicServer server) {
        settled.compose(answerable -> server.open(listen.port()))
                .onSuccess(port -> {
                    LOG.infof("listening on 0.0.0.0:%d", port);
                    LOG.debugf("start: %s", StartTimeline.describe());
                })
                .onFailure(failure -> {
                    LOG.errorf(
                            "port %d cannot be opened: %s; POLYFN_PORT sets another",
                            listen.port(), failure.getMessage());
                    Quarkus.asyncExit(1);
                });
    }
}
