package io.polyfn.core.netty;

import static java.util.Comparator.comparingLong;

import io.netty.channel.Channel;
import io.polyfn.core.memory.ByteBudget;
import io.vertx.core.http.HttpConnection;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;

/**
 * The callers' connections, from the moment they are accepted; Vert.x shows them only when they have sent a whole head. There are as many
 * as memory and descriptors bear. Where one more does not fit, the one that has been idle for longest is closed; if none is idle, the new
 * one is refused. Confined to the event loop.
 */
public final class CallerConnections {
    private static final int FEWEST_LINGERING = 8;
    private static final int MOST_LINGERING = 1_000;

    private final ByteBudget memory;
    private final int most;
    /** They take descriptors as well, of which the worker's connections need as many as the callers'. */
    private final int mostLingering;

    private final byte[] refusal;
    private volatile int port = -1;
    private final Set<CallerConnection> open = new HashSet<>();
    private int lingering;

    /**
     * @param most connections at a time
     * @param refusal a whole HTTP/1.1 response for what does not fit
     */
    public CallerConnections(ByteBudget memory, int most, byte[] refusal) {
        this.memory = memory;
        this.most = (int) Math.min(most, memory.most() / 2 / CallerConnection.BYTES);
        this.mostLingering = Math.clamp(this.most / 8, FEWEST_LINGERING, MOST_LINGERING);
        this.refusal = refusal.clone();
    }

    /** To be called when a connection has been accepted, by whatever thread. */
    void accepted(Channel connection) {
        connection.pipeline().addFirst(new CallerConnection(this));
    }

    /** The port that callers connect to; other servers, such as the Runtime API, are not meant. */
    public void guard(int publicPort) {
        port = publicPort;
    }

    boolean isGuarded(Channel connection) {
        return connection.localAddress() instanceof InetSocketAddress local && local.getPort() == port;
    }

    /** To be called when Vert.x shows a connection. */
    public void watch(HttpConnection connection) {
        CallerConnection known = Connections.channel(connection).pipeline().get(CallerConnection.class);
        if (known != null) {
            known.watch(connection);
        }
    }

    /** Lets a connection in, if there is room. */
    boolean enter(CallerConnection connection) {
        while (open.size() >= most || !connection.hold(CallerConnection.BYTES)) {
            CallerConnection idle = open.stream()
                    .filter(CallerConnection::isIdle)
                    .min(comparingLong(CallerConnection::idleSinceNanos))
                    .orElse(null);
            if (idle == null) {
                return false;
            }
            idle.close();
        }
        return open.add(connection);
    }

    void left(CallerConnection connection) {
        open.remove(connection);
    }

    /** One that is refused waits for its request. With too many of them the listener stops accepting: callers wait in the kernel. */
    void lingers(Channel refused) {
        if (++lingering == mostLingering) {
            refused.parent().config().setAutoRead(false);
        }
    }

    void lingersNoMore(Channel refused) {
        if (lingering-- == mostLingering) {
            refused.parent().config().setAutoRead(true);
        }
    }

    byte[] refusal() {
        return refusal;
    }

    ByteBudget memory() {
        return memory;
    }
}
