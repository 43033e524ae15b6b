package io.polyfn.core.link.pull;

import io.polyfn.core.worker.PeerProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/**
 * Notices when one of several processes of a worker exits that poll, each for itself. Confined to the event loop.
 *
 * <p>A closed connection is no proof of an exit: clients also close connections that they have not used for a while, and post their response
 * on another one. So the process at the other end of each connection is looked up while the connection is open, and looked at when it
 * has closed.
 */
final class Peers {
    private static final Logger LOG = Logger.getLogger(Peers.class);

    /** Looks are rare where a client opens a connection for each poll; the first ones of a worker follow one another. */
    private static final long FIRST_PAUSE_MILLIS = 20;

    private static final long LONGEST_PAUSE_MILLIS = 5000;
    /** A process that exits closes its connections a moment before. */
    private static final long[] CHECKS_MILLIS = {20, 480, 1000};

    private final Vertx vertx;
    private final Supplier<Future<Map<Integer, PeerProcess>>> lookUp;
    private final IntUnaryOperator workersPort;
    private final Predicate<HttpConnection> matters;
    private final ToIntFunction<HttpConnection> places;
    private final ObjIntConsumer<HttpConnection> exited;
    /** Connections that have polled; empty for one whose process has not been found yet. */
    private final Map<HttpConnection, Optional<PeerProcess>> polling = new HashMap<>();

    private long pause = FIRST_PAUSE_MILLIS;
    private boolean looking;
    private boolean lookAgain;

    /**
     * @param lookUp the worker's processes by the ports of their connections
     * @param workersPort the port at the worker's end of a connection from the given one
     * @param matters whether the worker owes a response to what it got on a connection
     * @param places of the worker when a connection closes
     * @param exited told of the connection of a process that has exited, and of these places
     */
    Peers(
            Vertx vertx,
            Supplier<Future<Map<Integer, PeerProcess>>> lookUp,
            IntUnaryOperator workersPort,
            Predicate<HttpConnection> matters,
            ToIntFunction<HttpConnection> places,
            ObjIntConsumer<HttpConnection> exited) {
        this.vertx = vertx;
        this.lookUp = lookUp;
        this.workersPort = workersPort;
        this.matters = matters;
        this.places = places;
        this.exited = exited;
    }

    void opened(HttpConnection connection) {
        connection.closeHandler(closed -> closed(connection));
    }

    /** A worker polls on this connection. */
    void polled(HttpConnection connection) {
        if (polling.putIfAbsent(connection, Optional.empty()) == null) {
            look();
        }
    }

    /** Whether no other open connection has polled. */
    boolean pollsAlone(HttpConnection connection) {
        return polling.keySet().equals(Set.of(connection));
    }

    /** Another worker has started. */
    void restart() {
        pause = FIRST_PAUSE_MILLIS;
    }

    private void look() {
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        List<HttpConnection> asked = List.copyOf(polling.keySet());
        lookUp.get().onComplete(found -> {
            if (found.succeeded()) {
                asked.forEach(connection -> polling.computeIfPresent(
                        connection,
                        (key, known) -> known.isPresent()
                                ? known
                                : Optional.ofNullable(found.result().get(port(key)))));
                LOG.debugf(
                        "%d connections poll, %d of known processes",
                        polling.size(),
                        polling.values().stream().filter(Optional::isPresent).count());
            }
            vertx.setTimer(pause, due -> {
                looking = false;
                if (lookAgain) {
                    lookAgain = false;
                    look();
                }
            });
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
        });
    }

    private int port(HttpConnection connection) {
        return workersPort.applyAsInt(connection.remoteAddress().port());
    }

    private void closed(HttpConnection connection) {
        Optional<PeerProcess> process = polling.remove(connection);
        if (process != null && process.isPresent()) {
            check(connection, process.get(), places.applyAsInt(connection), 0);
        }
    }

    private void check(HttpConnection connection, PeerProcess process, int before, int done) {
        int last = CHECKS_MILLIS.length - 1;
        vertx.setTimer(
                CHECKS_MILLIS[Math.min(done, last)],
                due -> vertx.executeBlocking(process::hasExited).onSuccess(gone -> {
                    if (gone) {
                        pause = FIRST_PAUSE_MILLIS;
                        exited.accept(connection, before);
                    } else if (done < last || matters.test(connection)) {
                        // It runs: its response may come on another connection, or it may exit yet.
                        check(connection, process, before, done + 1);
                    }
                }));
    }
}
