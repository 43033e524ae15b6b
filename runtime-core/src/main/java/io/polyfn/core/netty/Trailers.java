package io.polyfn.core.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpConnection;
import org.jspecify.annotations.Nullable;

/** Keeps a request's trailers, which Vert.x 4 reads and discards, until the next request on the connection. */
public final class Trailers extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<HttpHeaders> TRAILERS = AttributeKey.valueOf(Trailers.class, "trailers");

    private Trailers() {}

    public static void keep(HttpConnection connection) {
        Connections.channel(connection).pipeline().addBefore(Connections.VERTX_HANDLER, "trailers", new Trailers());
    }

    /** A trailer of the request that was read last; null if it had none of that name. */
    public static @Nullable String get(HttpConnection connection, String name) {
        HttpHeaders trailers = Connections.channel(connection).attr(TRAILERS).get();
        return trailers == null ? null : trailers.get(name);
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
}
