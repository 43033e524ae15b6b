package io.polyfn.core.invocation;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Throws away what a caller that has left had still sent, if nobody was reading it.
 *
 * <p>When a caller leaves, by a reset or in order, Netty's epoll transport reads all that the kernel holds, a megabyte and more, whether
 * or not reading is paused. Many callers that leave uploads to a slow worker at once would fill the heap with bodies for which there is
 * no invocation any more.
 */
final class LeftCallers extends ChannelInboundHandlerAdapter {
    /** As in the kernel's {@code tcp_states.h}: neither side has ended the connection. */
    private static final int TCP_ESTABLISHED = 1;

    private LeftCallers() {}

    static void watch(HttpConnection connection) {
        ((ConnectionBase) connection).channel().pipeline().addFirst("left-callers", new LeftCallers());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel channel = context.channel();
        // A read that was under way when reading was paused looks the same, so the kernel has to say that the caller
        // has left.
        if (!channel.config().isAutoRead() && hasLeft(channel)) {
            ReferenceCountUtil.release(message);
            var _ = context.close();
        } else {
            context.fireChannelRead(message);
        }
    }

    private static boolean hasLeft(Channel channel) {
        return channel instanceof EpollSocketChannel tcp && tcp.tcpInfo().state() != TCP_ESTABLISHED;
    }
}
