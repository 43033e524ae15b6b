package io.polyfn.core.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.impl.VertxBuilder;
import io.vertx.core.impl.transports.EpollTransport;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.spi.transport.Transport;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Optional;

/** Vert.x whose servers decode HTTP/1.1 strictly ({@link RequestDecoder}), and know a connection as soon as it is accepted. */
public final class StrictVertx {
    private StrictVertx() {}

    /**
     * Vert.x over the native transport where there is one.
     *
     * @param http the limits of all servers, which do not reach the place where they are needed
     * @param callers gets each accepted connection but those of workers
     * @param workers those to the Runtime API, of each worker
     * @param output what precedes all that is sent over an accepted connection, if anything does
     */
    public static Vertx create(
            VertxOptions options,
            HttpServerOptions http,
            CallerConnections callers,
            List<CallerConnections> workers,
            Optional<TurnOutput> output) {
        return new VertxBuilder(options)
                .findTransport(transport(new Accepted(http, callers, workers, output)))
                .init()
                .vertx();
    }

    private static Transport transport(Accepted accepted) {
        if (!Epoll.isAvailable()) {
            return new PlainTransport(accepted);
        }
        return new EpollTransport() {
            @Override
            public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
                bootstrap.handler(accepted);
                super.configure(options, domainSocket, bootstrap);
            }
        };
    }

    /**
     * The JDK's own sockets, where Netty's library cannot be loaded: another architecture, or no folder to unpack it to. With what Vert.x
     * leaves out there: Unix sockets for the push link, and a port that two sockets have, for the Runtime API.
     */
    private static final class PlainTransport extends JDKTransport {
        private final Accepted accepted;

        PlainTransport(Accepted accepted) {
            this.accepted = accepted;
        }

        @Override
        public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
            bootstrap.handler(accepted);
            bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), options.isReusePort());
            super.configure(options, domainSocket, bootstrap);
        }

        @Override
        public void configure(ClientOptionsBase options, boolean domainSocket, Bootstrap bootstrap) {
            if (!domainSocket) {
                super.configure(options, false, bootstrap);
            }
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return domainSocket ? NioDomainSocketChannel::new : super.channelFactory(false);
        }

        @Override
        public SocketAddress convert(io.vertx.core.net.SocketAddress address) {
            return address.isDomainSocket() ? UnixDomainSocketAddress.of(address.path()) : super.convert(address);
        }
    }

    /** Sees each connection before Vert.x does. */
    @ChannelHandler.Sharable
    private static final class Accepted extends ChannelInboundHandlerAdapter {
        private final HttpServerOptions options;
        private final CallerConnections callers;
        private final List<CallerConnections> workers;
        private final Optional<TurnOutput> output;

        Accepted(
                HttpServerOptions options,
                CallerConnections callers,
                List<CallerConnections> workers,
                Optional<TurnOutput> output) {
            this.options = options;
            this.callers = callers;
            this.workers = List.copyOf(workers);
            this.output = output;
        }

        @Override
        public void channelActive(ChannelHandlerContext listening) {
            callers.listening(listening.channel());
            listening.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            Channel connection = (Channel) accepted;
            ofWorker(connection).orElse(callers).accepted(connection);
            output.ifPresent(lines -> lines.precede(connection));
            connection.pipeline().addLast(new FirstBytes(options));
            context.fireChannelRead(accepted);
        }

        private Optional<CallerConnections> ofWorker(Channel connection) {
            for (CallerConnections worker : workers) {
                if (worker.isGuarded(connection)) {
                    return Optional.of(worker);
                }
            }
            return Optional.empty();
        }
    }
}
