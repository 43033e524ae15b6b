package io.polyfn.core.worker;

import io.polyfn.core.worker.LinkSearch.Found;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.function.Consumer;

/**
 * Waits on the event loop until a starting worker opens its link.
 *
 * <p>It checks the places that the worker was told often, because a check is cheap and each millisecond is part of a cold start, and all
 * ports of its process tree less often. It goes on for as long as the worker runs: a slow start is late, not lost.
 */
final class LinkWait {
    private static final long LOOK_EVERY_MILLIS = 4;
    private static final int ALL_PORTS_EVERY = 6;
    /** After this many looks (about 10 s) nothing is gained by looking often. */
    private static final int EAGER_LOOKS = 2500;

    private static final long LATE_LOOK_EVERY_MILLIS = 50;

    private final Vertx vertx;
    private final WorkerProcess process;
    private final LinkSearch search;
    private final Consumer<SocketAddress> opened;
    private final Runnable onCorePort;
    private int looks;
    private boolean over;

    /**
     * @param opened called once, with the address of the link
     * @param onCorePort called once instead, if the worker has taken the core's own port
     */
    LinkWait(
            Vertx vertx,
            WorkerProcess process,
            LinkSearch search,
            Consumer<SocketAddress> opened,
            Runnable onCorePort) {
        this.vertx = vertx;
        this.process = process;
        this.search = search;
        this.opened = opened;
        this.onCorePort = onCorePort;
    }

    void look() {
        if (over || !process.isAlive()) {
            return;
        }
        looks++;
        take(search.lookAtGivenPlaces());
        if (over) {
            return;
        }
        if (looks % ALL_PORTS_EVERY == 0) {
            vertx.executeBlocking(search::lookAtAllPorts, false)
                    .onSuccess(this::take)
                    .onComplete(done -> lookLater());
        } else {
            lookLater();
        }
    }

    /** Stops the search: the worker was found by other means. */
    void stop() {
        over = true;
    }

    private void lookLater() {
        if (!over) {
            vertx.setTimer(looks < EAGER_LOOKS ? LOOK_EVERY_MILLIS : LATE_LOOK_EVERY_MILLIS, due -> look());
        }
    }

    private void take(Found found) {
        if (over) {
            return;
        }
        if (found instanceof Found.At at) {
            opened.accept(vertxAddress(at.address()));
        } else if (found instanceof Found.OnCorePort) {
            over = true;
            onCorePort.run();
        }
    }

    private static SocketAddress vertxAddress(java.net.SocketAddress address) {
        return address instanceof UnixDomainSocketAddress unix
                ? SocketAddress.domainSocketAddress(unix.getPath().toString())
                : SocketAddress.inetSocketAddress((InetSocketAddress) address);
    }
}
