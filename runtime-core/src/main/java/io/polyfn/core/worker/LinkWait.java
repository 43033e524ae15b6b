package io.polyfn.core.worker;

import io.polyfn.core.worker.LinkSearch.Found;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Waits on the event loop until a starting worker opens its link.
 *
 * <p>It checks the places that the worker was told often, because a check is cheap and each millisecond is part of a cold start. A start
 * that takes long may be noticed a little later: a hundredth of its time, on average. All ports of its process tree cost more, and one that
 * the worker was not told has to wait anyway. It goes on for as long as the worker runs: a slow start is late, not lost.
 */
final class LinkWait {
    private static final Logger LOG = Logger.getLogger(LinkWait.class);
    private static final long LOOK_EVERY_MILLIS = 4;
    private static final Duration EAGER = Duration.ofSeconds(1);
    private static final int LATE_LOOKS_PER_TIME = 50;
    private static final long LATE_LOOK_EVERY_MILLIS = 100;
    private static final long ALL_PORTS_EVERY_MILLIS = 100;

    private final Vertx vertx;
    private final WorkerProcess process;
    private final LinkSearch search;
    private final Consumer<WorkerAddress> opened;
    private final Runnable onCorePort;
    private final long startedNanos = System.nanoTime();
    private long nextAllPortsMillis = ALL_PORTS_EVERY_MILLIS;
    private boolean over;

    /**
     * @param opened called once, with the address of the link
     * @param onCorePort called once instead, if the worker has taken the core's own port
     */
    LinkWait(
            Vertx vertx,
            WorkerProcess process,
            LinkSearch search,
            Consumer<WorkerAddress> opened,
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
        take(search.lookAtGivenPlaces());
        if (over) {
            return;
        }
        if (waitedMillis() >= nextAllPortsMillis) {
            vertx.executeBlocking(search::lookAtAllPorts, false)
                    .onSuccess(this::take)
                    .onComplete(done -> {
                        nextAllPortsMillis = waitedMillis() + 2 * Math.max(ALL_PORTS_EVERY_MILLIS / 2, pauseMillis());
                        lookLater();
                    });
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
            vertx.setTimer(pauseMillis(), due -> look());
        }
    }

    private long pauseMillis() {
        long waited = waitedMillis();
        return waited < EAGER.toMillis()
                ? LOOK_EVERY_MILLIS
                : Math.min(waited / LATE_LOOKS_PER_TIME, LATE_LOOK_EVERY_MILLIS);
    }

    private long waitedMillis() {
        return (System.nanoTime() - startedNanos) / 1_000_000;
    }

    private void take(Found found) {
        if (over) {
            return;
        }
        if (found instanceof Found.At at) {
            opened.accept(new WorkerAddress.Listening(vertxAddress(at.address()), at.isAlone()));
        } else if (found instanceof Found.Elsewhere elsewhere) {
            int port = elsewhere.address().getPort();
            LOG.infof(
                    "the worker listens on port %d, and not on the port that it was told, for which the core has waited;"
                            + " with POLYFN_WORKER_PORT=%d it does not wait",
                    port, port);
            opened.accept(new WorkerAddress.Listening(vertxAddress(elsewhere.address()), true));
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
