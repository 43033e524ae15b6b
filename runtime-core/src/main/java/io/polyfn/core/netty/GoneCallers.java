package io.polyfn.core.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;

/**
 * Discards unread data of a disconnected caller.
 *
 * <p>When a caller disconnects, by a reset or in order, Netty's epoll transport reads all that the kernel holds, a megabyte and more,
 * whether or not reading is paused. Many callers that disconnect during uploads to a slow worker would fill the heap with bodies for
 * which there is no invocation any more.
 */
public final class GoneCallers extends ChannelInboundHandlerAdapter {
    /** As in the kernel's {@code tcp_states.h}: neither side has closed the connection. */
    private static final int TCP_ESTABLISHED = 1;

    private GoneCallers() {}

    public static void watch(HttpConnection connection) {
        Connections.channel(connection).pipeline().addFirst("gone-callers", new GoneCallers());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel channel = context.channel();
        // A read that was under way when reading was paused looks the same, so the kernel has to confirm that the
        // caller
        // is gone.
        if (!channel.config().isAutoRead() && isGone(channel)) {
            ReferenceCountUtil.release(message);
            var _ = context.close();
        } else {
            context.fireChannelRead(message);
        }
    }

    private static boolean isGone(Channel channel) {
        return channel instanceof EpollSocketChannel tcp && tcp.tcpInfo().state() != TCP_ESTABLISHED;
    }
}
