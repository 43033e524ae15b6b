package io.polyfn.core.netty;

import static java.util.Comparator.comparingLong;

import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.polyfn.core.memory.Memory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of those who call one server, from the moment they are accepted; Vert.x shows them only when they have sent a whole head:
 * callers at the public port, workers at the Runtime API. There are as many as memory and descriptors bear. Where one more does not fit, the
 * one that has been idle for longest is closed; if none is idle, the new one is refused. At a stop those of callers go: after a response, or
 * when nothing is on its way. Confined to the event loop.
 */
public final class CallerConnections {
    private static final int FEWEST_LINGERING = 8;
    private static final int MOST_LINGERING = 1_000;
    private static final long LOOK_MILLIS = 20;

    private final Memory memory;
    private final RecvByteBufAllocator reads;
    private final int most;
    /** They take descriptors as well, of which the worker's connections need as many as the callers'. */
    private final int mostLingering;

    private final byte[] refusal;
    /** Of the server; the Runtime API may have two for a moment. */
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    /** The listening sockets of this process; each is known before it accepts anything. */
    private final Set<Channel> listeners = ConcurrentHashMap.newKeySet();

    private final Set<CallerConnection> open = new HashSet<>();
    /** Those of them that take as much as two. */
    private final Set<CallerConnection> http2 = new HashSet<>();
    /** What the last look at all of them has found, the one first that has been idle for longest. */
    private final Set<CallerConnection> idle = new LinkedHashSet<>();

    private long lookedNanos = System.nanoTime();
    private int lingering;
    private boolean draining;

    private CallerConnections(Memory memory, RecvByteBufAllocator reads, int most, byte[] refusal) {
        this.memory = memory;
        this.reads = reads;
        this.most = (int) Math.min(most, memory.most() / 2 / HeadMemory.CONNECTION_BYTES);
        this.mostLingering = Math.clamp(this.most / 8, FEWEST_LINGERING, MOST_LINGERING);
        this.refusal = refusal.clone();
    }

    /**
     * Those of callers, of whom any may send much at once.
     *
     * @param most connections at a time
     * @param refusal a whole HTTP/1.1 response for what does not fit
     */
    public static CallerConnections ofCallers(Memory memory, int most, byte[] refusal) {
        return new CallerConnections(memory, BoundedReads.small(), most, refusal);
    }

    /** Those of workers, which post large responses; the parameters are those of {@link #ofCallers}. */
    public static CallerConnections ofWorkers(Memory memory, int most, byte[] refusal) {
        return new CallerConnections(memory, new BoundedReads(memory), most, refusal);
    }

    /** To be called when a socket listens, by whatever thread. */
    void listening(Channel listener) {
        listeners.add(listener);
        listener.closeFuture().addListener(closed -> listeners.remove(listener));
    }

    /** To be called when a connection has been accepted, by whatever thread. */
    void accepted(Channel connection) {
        connection.pipeline().addFirst(new CallerConnection(this));
    }

    /** The port of the server that is meant, or of another one beside it. */
    public void guard(int serversPort) {
        ports.add(serversPort);
    }

    /** To be called when nothing listens on this port any more. */
    public void guardNoMore(int serversPort) {
        ports.remove(serversPort);
    }

    boolean isGuarded(Channel connection) {
        return connection.localAddress() instanceof InetSocketAddress local && ports.contains(local.getPort());
    }

    /** To be called when Vert.x shows a connection. */
    public void watch(HttpConnection connection) {
        CallerConnection known = known(connection);
        if (known != null) {
            known.watch(connection);
        }
    }

    /** To be called for each request: a caller that comes during a drain is told to go elsewhere with its next one. */
    public void requested(HttpConnection connection) {
        CallerConnection known = draining ? known(connection) : null;
        if (known != null) {
            known.sayGoodbye();
        }
    }

    private static @Nullable CallerConnection known(HttpConnection connection) {
        return Connections.channel(connection).pipeline().get(CallerConnection.class);
    }

    /** From now on callers are told to go: over HTTP/2 at once, over HTTP/1.1 by their next response. */
    public void drain() {
        draining = true;
        open.forEach(CallerConnection::sayGoodbye);
    }

    /** Whether callers are told to go: responses of HTTP/1.1 carry {@code Connection: close}. */
    public boolean draining() {
        return draining;
    }

    /** Closes the server's port; completed when everyone who had connected is known here. */
    public Future<Void> stopAccepting() {
        return listener().map(Listener::close).orElse(Future.succeededFuture());
    }

    /** Makes every new connection to the server's port one of this process; false where the kernel cannot do that. */
    public boolean takeAll(int otherProcesses) {
        return listener().map(own -> own.takeAll(otherProcesses)).orElse(false);
    }

    private Optional<Listener> listener() {
        return listeners.stream().filter(this::isGuarded).findFirst().map(Listener::new);
    }

    /** Closes each connection when nothing is on its way over it; completed when none is left. */
    public Future<Void> disconnect(Vertx vertx) {
        Promise<Void> gone = Promise.promise();
        disconnect(vertx, gone);
        return gone.future();
    }

    private void disconnect(Vertx vertx, Promise<Void> gone) {
        Set.copyOf(open).forEach(CallerConnection::closeIfQuiet);
        if (open.isEmpty()) {
            gone.complete();
        } else {
            vertx.setTimer(LOOK_MILLIS, due -> disconnect(vertx, gone));
        }
    }

    /** Lets a connection in, if there is room. */
    boolean enter(CallerConnection connection) {
        return makeRoom(connection::fits) && open.add(connection);
    }

    /** Lets one go on that is in already and turns out to be of HTTP/2, which takes as much as two, if there is room. */
    boolean enterHttp2(CallerConnection connection) {
        if (!makeRoom(connection::fitsAsHttp2)) {
            return false;
        }
        http2.add(connection);
        return true;
    }

    private boolean makeRoom(BooleanSupplier fits) {
        while (open.size() + http2.size() >= most || !fits.getAsBoolean()) {
            CallerConnection longest = longestIdle();
            if (longest == null) {
                return false;
            }
            longest.makeRoom();
        }
        return true;
    }

    /** Looks at all of them now and then only: thousands may want to come in at a time. */
    private @Nullable CallerConnection longestIdle() {
        while (!idle.isEmpty() && !idle.iterator().next().isIdle()) {
            idle.remove(idle.iterator().next());
        }
        if (idle.isEmpty() && System.nanoTime() - lookedNanos > TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
            open.stream()
                    .filter(CallerConnection::isIdle)
                    .sorted(comparingLong(CallerConnection::idleSinceNanos))
                    .forEach(idle::add);
            lookedNanos = System.nanoTime();
        }
        return idle.isEmpty() ? null : idle.iterator().next();
    }

    void left(CallerConnection connection) {
        open.remove(connection);
        http2.remove(connection);
        idle.remove(connection);
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

    RecvByteBufAllocator reads() {
        return reads;
    }

    /** What they take their memory from. */
    public Memory memory() {
        return memory;
    }
}
