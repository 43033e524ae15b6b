package io.polyfn.core.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import org.jspecify.annotations.Nullable;

/** Keeps a request's trailers, which Vert.x 4 reads and throws away, until the next request on the connection. */
final class Trailers extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<HttpHeaders> TRAILERS = AttributeKey.valueOf(Trailers.class, "trailers");
    /** Vert.x's own, the last one of the pipeline. */
    private static final String VERTX_HANDLER = "handler";

    private Trailers() {}

    static void keep(HttpConnection connection) {
        channel(connection).pipeline().addBefore(VERTX_HANDLER, "trailers", new Trailers());
    }

    /** The trailers of the request that was read last; null if it had none. */
    static @Nullable HttpHeaders of(HttpConnection connection) {
        return channel(connection).attr(TRAILERS).get();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof LastHttpContent last && !last.trailingHeaders().isEmpty()) {
            context.channel().attr(TRAILERS).set(last.trailingHeaders());
        } else if (message instanceof HttpRequest) {
            context.channel().attr(TRAILERS).set(null);
        }
        context.fireChannelRead(message);
    }

    private static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}
