package io.polyfn.core.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;

/**
 * The beginning and the end of a listening socket that reset nobody. The kernel connects callers by itself and keeps them in a queue; a
 * plain close resets all that are in it, and they may have sent their request.
 *
 * <p>So new attempts are dropped first, by a filter in the kernel; those that are being connected get a moment to come into the queue; and
 * the socket is closed when the queue is empty. Where the kernel takes no filter, only the time between the last look and the close is left.
 */
final class Listener {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    /** In {@code struct tcp_info}, for a listening socket: the length of its queue. */
    private static final int TCPI_UNACKED = 24;

    private static final int RETURN = 0x06;

    private static final long ROUND_TRIP_MILLIS = 50;
    private static final long LONGEST_MILLIS = 1000;

    private static final RawUnixChannelOption FILTER = SocketFilter.option("SO_ATTACH_FILTER", 26);
    private static final RawUnixChannelOption CHOICE = SocketFilter.option("SO_ATTACH_REUSEPORT_CBPF", 51);
    private static final RawUnixChannelOption INFO =
            new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, TCPI_UNACKED + Integer.BYTES);

    /** Classic BPF over the TCP header: a segment with SYN and without ACK is dropped. */
    private static final long[][] NO_SYN = {
        {0x30, 0, 0, 13}, // load the byte of the flags
        {0x54, 0, 0, 0x12}, // and with SYN | ACK
        {0x15, 0, 1, 0x02}, // if it is SYN alone
        {RETURN, 0, 0, 0}, // drop
        {RETURN, 0, 0, 0xffffffffL}, // else keep all of it
    };

    private final Channel channel;
    private final Promise<Void> closed = Promise.promise();
    private long looks;

    Listener(Channel channel) {
        this.channel = channel;
    }

    /** Completed, on the listener's own thread, when the socket is closed and everyone in its queue has been accepted. */
    Future<Void> close() {
        channel.eventLoop().execute(() -> {
            dropNewAttempts();
            // However many connections wait for their request to be refused (see CallerConnections).
            channel.config().setAutoRead(true);
            var _ = channel.eventLoop().schedule(this::closeIfEmpty, ROUND_TRIP_MILLIS, TimeUnit.MILLISECONDS);
        });
        return closed.future();
    }

    private void closeIfEmpty() {
        if (queued() > 0 && looks++ < LONGEST_MILLIS) {
            var _ = channel.eventLoop().schedule(this::closeIfEmpty, 1, TimeUnit.MILLISECONDS);
        } else {
            var _ = channel.close().addListener(done -> closed.tryComplete());
        }
    }

    /** How many are connected and not yet accepted; 0 where the kernel does not tell. */
    private int queued() {
        try {
            ByteBuffer info = channel.config().getOption(INFO);
            return info == null ? 0 : info.order(ByteOrder.nativeOrder()).getInt(TCPI_UNACKED);
        } catch (ChannelException unknown) {
            return 0;
        }
    }

    private void dropNewAttempts() {
        var _ = SocketFilter.attach(channel, FILTER, NO_SYN);
    }

    /**
     * Makes the kernel give every new connection to this socket, of all that listen on the same port. Without that it shares them out, and
     * those that wait at another socket when that one closes are reset.
     *
     * @param position of this socket among them, in the order in which they began to listen
     * @return false where the kernel takes no filter
     */
    boolean takeAll(int position) {
        return SocketFilter.attach(channel, CHOICE, new long[][] {{RETURN, 0, 0, position}});
    }
}
