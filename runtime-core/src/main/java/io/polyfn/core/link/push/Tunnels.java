package io.polyfn.core.link.push;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tunnels through the core that are open, over all push links. Confined to the event loop. */
public final class Tunnels {
    private final Map<Tunnel, WorkerClient> open = new HashMap<>();
    private boolean goingAway;

    void opened(Tunnel tunnel, WorkerClient to) {
        open.put(tunnel, to);
        if (goingAway) {
            tunnel.goAway();
        }
    }

    void closed(Tunnel tunnel) {
        open.remove(tunnel);
    }

    /** The core goes away: see {@link Tunnel#goAway}, also for those that are opened later. */
    public void goAway() {
        goingAway = true;
        List.copyOf(open.keySet()).forEach(Tunnel::goAway);
    }

    /** A worker goes away. */
    void goAway(WorkerClient worker) {
        open.entrySet().stream()
                .filter(one -> one.getValue().equals(worker))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(Tunnel::goAway);
    }
}
