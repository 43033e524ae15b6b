package io.polyfn.core.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;

/** Vert.x whose servers decode HTTP/1.1 strictly ({@link RequestDecoder}), and know a connection as soon as it is accepted. */
public final class StrictVertx {
    private StrictVertx() {}

    /**
     * Vert.x over the native transport where there is one.
     *
     * @param http the limits of all servers, which do not reach the place where they are needed
     * @param callers gets each accepted connection
     */
    public static Vertx create(VertxOptions options, HttpServerOptions http, CallerConnections callers) {
        return new VertxBuilder(options)
                .findTransport(transport(new Accepted(http, callers)))
                .init()
                .vertx();
    }

    private static Transport transport(Accepted accepted) {
        if (!Epoll.isAvailable()) {
            return new JDKTransport() {
                @Override
                public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
                    bootstrap.handler(accepted);
                    super.configure(options, domainSocket, bootstrap);
                }
            };
        }
        return new EpollTransport() {
            @Override
            public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
                bootstrap.handler(accepted);
                super.configure(options, domainSocket, bootstrap);
            }
        };
    }

    /** Sees each connection before Vert.x does. */
    @ChannelHandler.Sharable
    private static final class Accepted extends ChannelInboundHandlerAdapter {
        private final HttpServerOptions options;
        private final CallerConnections callers;

        Accepted(HttpServerOptions options, CallerConnections callers) {
            this.options = options;
            this.callers = callers;
        }

        @Override
        public void channelActive(ChannelHandlerContext listening) {
            callers.listening(listening.channel());
            listening.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            Channel connection = (Channel) accepted;
            callers.accepted(connection);
            connection.pipeline().addLast(new FirstBytes(options));
            context.fireChannelRead(accepted);
        }
    }
}
