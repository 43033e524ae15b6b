package io.polyfn.core.ingress;

import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.platform.InvocationSettings;
import io.polyfn.core.platform.LocalContext;
import io.polyfn.core.platform.Platform;
import io.polyfn.core.telemetry.InvocationListener;
import io.polyfn.core.worker.WorkerSlot;
import io.vertx.core.Vertx;

/** Everything that invocations and hooks share. Confined to the event loop. */
record Ingress(
        Vertx vertx,
        Platform platform,
        InvocationSettings settings,
        WorkerSlot workers,
        Admission admission,
        InFlight inFlight,
        SlowCallers slowCallers,
        InvocationListener listener,
        LocalContext localContext,
        ByteBudget memory) {}
