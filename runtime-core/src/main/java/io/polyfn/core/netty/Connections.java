package io.polyfn.core.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollSocketChannelConfig;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.util.concurrent.TimeUnit;

/** What Vert.x's public API does not say about a connection. */
public final class Connections {
    /** Vert.x's own handler, the last one of a pipeline. */
    static final String VERTX_HANDLER = "handler";

    private static final long MOST_UNSENT = 128 * 1024;

    private Connections() {}

    /** Netty's channel of a connection. */
    static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }

    /** Stops reading at once; a paused stream stops only when its queue is full. Ends with {@link #resumeReading}. */
    public static void stopReading(HttpConnection connection) {
        channel(connection).config().setAutoRead(false);
    }

    public static void resumeReading(HttpConnection connection) {
        channel(connection).config().setAutoRead(true);
    }

    /**
     * Limits what the kernel holds for a peer that does not read: up to 4 MB otherwise, which counts as the container's memory. What is on its way to
     * one that reads is not limited.
     */
    static void limitUnsent(Channel channel) {
        if (channel.config() instanceof EpollSocketChannelConfig tcp) {
            tcp.setTcpNotSentLowAt(MOST_UNSENT);
        }
    }

    /**
     * Ends a response at once, whatever is still to be sent of it: resets its stream, or closes the connection where it has none. Vert.x would
     * wait until everything has been read.
     */
    public static void breakOff(HttpServerResponse response, HttpConnection connection) {
        ChannelPipeline pipeline = channel(connection).flush().pipeline();
        Http2ConnectionHandler http2 = pipeline.get(Http2ConnectionHandler.class);
        if (http2 != null) {
            ChannelHandlerContext here = pipeline.context(http2);
            reset(here, http2, response.streamId(), Http2Error.CANCEL);
            here.flush();
        } else {
            cut(connection);
        }
    }

    /** Closes a connection at once, whatever is still to be sent over it: where nobody reads, Vert.x would wait for ever. */
    public static void cut(HttpConnection connection) {
        ChannelHandlerContext ofVertx = channel(connection).pipeline().context(VERTX_HANDLER);
        if (ofVertx != null) {
            var _ = ofVertx.close();
        }
    }

    /** Whether a request of HTTP/2 ended with its head. */
    public static boolean isBodiless(HttpConnection connection, int stream) {
        Http2ConnectionHandler http2 = channel(connection).pipeline().get(Http2ConnectionHandler.class);
        return http2 != null && CallerFrames.isBodiless(http2, stream);
    }

    /** Resets a stream of HTTP/2 with the next flush. */
    static void reset(ChannelHandlerContext here, Http2ConnectionHandler http2, int stream, Http2Error error) {
        var _ = http2.encoder().writeRstStream(here, stream, error.code(), here.newPromise());
    }

    /** Whether nothing listens where a connection was to be opened; a full queue of connections is another failure. */
    public static boolean refused(Throwable cause) {
        return cause instanceof FileNotFoundException
                || (cause instanceof ConnectException
                        && String.valueOf(cause.getMessage()).contains("Connection refused"));
    }

    /** Whether the peer reset the connection, which the kernel does when a socket is closed with something unread in it. */
    public static boolean reset(Throwable cause) {
        return cause instanceof Errors.NativeIoException failed
                && failed.expectedErr() == Errors.ERRNO_ECONNRESET_NEGATIVE;
    }

    /** Since the kernel has received something, which need not have been read yet; {@link Long#MAX_VALUE} where it does not tell. */
    static long millisSinceData(Channel channel) {
        try {
            return channel instanceof EpollSocketChannel tcp ? tcp.tcpInfo().lastDataRecv() : Long.MAX_VALUE;
        } catch (ChannelException closed) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Ends a connection after the last that is sent over it. To close it with something unread would reset it, and what has been sent might be
     * lost.
     *
     * @param patience the time for the other end to close it
     */
    static void endSending(Channel channel, long patience) {
        if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput();
            var _ = channel.eventLoop()
                    .schedule(
                            () -> {
                                var _ = channel.close();
                            },
                            patience,
                            TimeUnit.MILLISECONDS);
        }
    }
}
