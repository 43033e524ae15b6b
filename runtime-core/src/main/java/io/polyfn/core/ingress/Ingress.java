package io.polyfn.core.ingress;

import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.platform.InvocationSettings;
import io.polyfn.core.platform.LocalContext;
import io.polyfn.core.platform.Platform;
import io.polyfn.core.telemetry.InvocationListener;
import io.polyfn.core.worker.InvocationLog;
import io.polyfn.core.worker.WorkerPool;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/**
 * Everything that invocations and hooks share. Confined to the event loop.
 *
 * @param log of what the worker prints; null if it is not watched
 */
record Ingress(
        Vertx vertx,
        Platform platform,
        InvocationSettings settings,
        WorkerPool workers,
        Admission admission,
        InFlight inFlight,
        SlowCallers slowCallers,
        InvocationListener listener,
        @Nullable InvocationLog log,
        LocalContext localContext,
        ByteBudget memory) {}
