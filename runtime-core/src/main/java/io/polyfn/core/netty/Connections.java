package io.polyfn.core.netty;

import io.netty.channel.Channel;
import io.netty.channel.unix.Errors;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.FileNotFoundException;
import java.net.ConnectException;

/** What Vert.x's public API does not say about a connection. */
public final class Connections {
    /** Vert.x's own handler, the last one of a pipeline. */
    static final String VERTX_HANDLER = "handler";

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
}
