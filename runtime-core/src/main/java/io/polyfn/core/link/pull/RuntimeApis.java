package io.polyfn.core.link.pull;

import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.netty.CallerConnections;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.worker.WorkerPool;
import io.polyfn.core.worker.WorkerSlot;
import io.vertx.core.Vertx;
import java.util.List;

/** A Runtime API for each worker: by its port the core knows which one polls. Confined to the event loop. */
public final class RuntimeApis {
    private static final int EVENT_BYTES = 8 * 1024 * 1024;

    private final Vertx vertx;
    private final WorkerPool pool;
    private final ByteBudget memory;
    private final List<CallerConnections> connections;
    private final PlatformEnvironment environment;
    private final PullLinks links;
    private boolean isFirst = true;

    /**
     * @param memory for invocations and their responses
     * @param connections of each worker, by its number; slots that follow one another share theirs
     * @param environment has what the function is called
     */
    public RuntimeApis(
            Vertx vertx,
            WorkerPool pool,
            ByteBudget memory,
            List<CallerConnections> connections,
            PlatformEnvironment environment) {
        this.vertx = vertx;
        this.pool = pool;
        this.memory = memory;
        this.connections = List.copyOf(connections);
        this.environment = environment;
        this.links = new PullLinks(new BodyBudget(EVENT_BYTES, memory));
    }

    /** The one for the workers of a slot. */
    public RuntimeApi of(WorkerSlot slot) {
        boolean warmsUp = isFirst;
        isFirst = false;
        return new RuntimeApi(
                vertx, slot, pool, links, memory, connections.get(slot.number() - 1), environment, warmsUp);
    }
}
