package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.streams.WriteStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The sending side of a connection to a worker after an upgrade. Vert.x's own is never full there, and what it cannot write is lost without a
 * word, so that the rest would follow a gap: here the connection is closed.
 */
public final class WorkerSocket extends ChannelInboundHandlerAdapter implements WriteStream<Buffer> {
    private @Nullable ChannelHandlerContext here;
    private @Nullable Handler<Void> drained;

    private WorkerSocket() {}

    /** To be called once, when the worker has sent its 101. */
    public static WorkerSocket of(HttpConnection connection) {
        WorkerSocket socket = new WorkerSocket();
        Connections.channel(connection).pipeline().addBefore(Connections.VERTX_HANDLER, null, socket);
        return socket;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        here = context;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (drained != null && !writeQueueFull()) {
            drained.handle(null);
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public Future<Void> write(Buffer data) {
        return write(Bytes.netty(data));
    }

    @Override
    public void write(Buffer data, Handler<AsyncResult<Void>> handler) {
        write(data).onComplete(handler);
    }

    /** Closes the connection after what has been written. */
    @Override
    public void end(Handler<AsyncResult<Void>> handler) {
        write(Unpooled.EMPTY_BUFFER).onComplete(written -> close()).onComplete(handler);
    }

    @Override
    public boolean writeQueueFull() {
        return !context().channel().isWritable();
    }

    @Override
    public WorkerSocket drainHandler(@Nullable Handler<Void> handler) {
        drained = handler;
        return this;
    }

    @Override
    public WorkerSocket exceptionHandler(@Nullable Handler<Throwable> handler) {
        return this;
    }

    @Override
    public WorkerSocket setWriteQueueMaxSize(int bytes) {
        return this;
    }

    private Future<Void> write(ByteBuf data) {
        Promise<Void> written = Promise.promise();
        var _ = context().writeAndFlush(data).addListener(sent -> {
            if (sent.isSuccess()) {
                written.complete();
            } else {
                close();
                written.fail(sent.cause());
            }
        });
        return written.future();
    }

    private void close() {
        var _ = context().close();
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(here);
    }
}
