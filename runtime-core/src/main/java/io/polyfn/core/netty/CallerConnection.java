package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a caller, or of a worker that calls the Runtime API, and the memory that it and the head of its request hold. */
final class CallerConnection extends ChannelInboundHandlerAdapter {
    private static final long LINGER_MILLIS = 5_000;
    private static final long IDLE_MILLIS = 5_000;

    /** During a stop, a connection over which nothing has come for so long has no request on its way. */
    private static final long QUIET_MILLIS = 1_000;

    /** The time for a caller to close a connection after its last response. */
    private static final long AFTER_LAST_MILLIS = 1_000;

    /** {@code "PRI "}, with which a connection of HTTP/2 begins. */
    private static final int PREFACE = 0x50524920;

    /** SETTINGS, and a GOAWAY with no last stream and the code ENHANCE_YOUR_CALM: no request has been served. */
    private static final byte[] HTTP2_REFUSAL = {
        0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11
    };

    private final CallerConnections all;
    private final HeadMemory memory;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> lingering;
    private long idleSinceNanos = System.nanoTime();
    private int requests;
    private boolean requestIsIncomplete;
    private boolean entered;
    private boolean refused;
    private @Nullable HttpConnection shown;
    private @Nullable Http2ConnectionHandler http2;
    private boolean saidGoodbye;

    CallerConnection(CallerConnections all) {
        this.all = all;
        this.memory = new HeadMemory(all.memory());
    }

    /** Takes the memory that a connection needs; false if it is not available. */
    boolean fits() {
        return memory.takeConnection();
    }

    /** The same for what it needs besides if it is one of HTTP/2. */
    boolean fitsAsHttp2() {
        return memory.takeHttp2();
    }

    /** Whether it has no request, and has had none for so long that none is on its way. */
    boolean isIdle() {
        return !hasRequest() && System.nanoTime() - idleSinceNanos > TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** From here on the messages are seen as well as the bytes. */
    void watch(HttpConnection connection) {
        shown = connection;
        http2 = Connections.channel(connection).pipeline().get(Http2ConnectionHandler.class);
        // Something has come over it just now.
        idleSinceNanos = System.nanoTime();
        if (http2 != null && !all.enterHttp2(this)) {
            refuseHttp2(connection);
        } else if (http2 != null) {
            CallerFrames.watch(http2, all.memory(), () -> idleSinceNanos = System.nanoTime());
        } else {
            Connections.channel(connection).pipeline().addBefore(Connections.VERTX_HANDLER, "messages", new Messages());
            SmallPieces.join(Connections.channel(connection));
        }
    }

    /** Over HTTP/2: no new streams, please; those that are on their way are still served. */
    void sayGoodbye() {
        if (http2 != null && !saidGoodbye && shown != null) {
            saidGoodbye = true;
            shown.goAway(0, Integer.MAX_VALUE);
        }
    }

    /** During a stop: closes the connection if it has no request, and none is on its way as far as can be known. */
    void closeIfQuiet() {
        long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - idleSinceNanos);
        if (context == null
                || hasRequest()
                || Math.min(silent, Connections.millisSinceData(context.channel())) < QUIET_MILLIS) {
            return;
        }
        endIdle();
    }

    /** Closes an idle connection at once: its memory is another's. */
    void makeRoom() {
        if (http2 != null && shown != null) {
            shown.goAway(0);
        }
        close();
    }

    private void endIdle() {
        if (http2 != null && shown != null) {
            // With the number of the last stream, so that a caller knows that what it sends now may be sent elsewhere.
            // Netty's own close says nothing more once something has been said.
            shown.goAway(0);
            var _ = shown.shutdown(1, TimeUnit.MILLISECONDS);
        } else {
            close();
        }
    }

    private boolean hasRequest() {
        return http2 == null ? requests > 0 : http2.connection().numActiveStreams() > 0;
    }

    private void close() {
        leave();
        if (context != null) {
            var _ = context.close();
        }
    }

    private void leave() {
        if (entered) {
            entered = false;
            all.left(this);
        }
        memory.giveBack();
    }

    /** Reads nothing more, and closes the connection with a failure when the responses that are due before it have been sent. */
    private void refuse() {
        refused = true;
        if (requestIsIncomplete) {
            // Its trailers; a response in the middle of its own would be none.
            close();
        } else if (requests == 0) {
            sendRefusal();
        }
    }

    /** None of its requests is served, the one that came with an upgrade included: its caller may send them elsewhere. */
    private void refuseHttp2(HttpConnection connection) {
        refused = true;
        leave();
        connection.goAway(Http2Error.ENHANCE_YOUR_CALM.code(), 0);
        closeAfterNextPoll(Objects.requireNonNull(context));
    }

    private void sendRefusal() {
        sendRefusal(all.refusal());
    }

    private void sendRefusal(byte[] refusal) {
        leave();
        ChannelHandlerContext here = Objects.requireNonNull(context);
        var _ = here.writeAndFlush(Unpooled.wrappedBuffer(refusal)).addListener(ChannelFutureListener.CLOSE);
    }

    private static boolean isHttp2(Object message) {
        return message instanceof ByteBuf bytes
                && bytes.readableBytes() >= Integer.BYTES
                && bytes.getInt(bytes.readerIndex()) == PREFACE;
    }

    @Override
    public void channelActive(ChannelHandlerContext opened) {
        context = opened;
        if (!all.isGuarded(opened.channel())) {
            opened.fireChannelActive();
            opened.pipeline().remove(this);
            return;
        }
        opened.channel().config().setRecvByteBufAllocator(all.reads());
        Connections.limitUnsent(opened.channel());
        entered = all.enter(this);
        if (!entered) {
            refuseLater(opened);
        }
        opened.fireChannelActive();
    }

    /** Closed with its request unread, the connection would be reset, and the response lost. */
    private void refuseLater(ChannelHandlerContext opened) {
        refused = true;
        all.lingers(opened.channel());
        lingering = opened.executor().schedule(() -> closeAfterNextPoll(opened), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void closeAfterNextPoll(ChannelHandlerContext here) {
        EventLoops.afterNextPoll(here.executor(), () -> {
            var _ = here.close();
        });
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        leave();
        if (lingering != null) {
            lingering.cancel(false);
            all.lingersNoMore(closed.channel());
        }
        closed.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object message) {
        if (refused) {
            if (lingering != null) {
                sendRefusal(isHttp2(message) ? HTTP2_REFUSAL : all.refusal());
            }
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf bytes && http2 == null) {
            memory.add(bytes.readableBytes());
            // Before the decoder has them: what it holds is free only some time after the connection has been closed.
            if (!requestIsIncomplete && !memory.takeUndecoded(bytes)) {
                ReferenceCountUtil.release(message);
                refuse();
                return;
            }
        }
        here.fireChannelRead(message);
    }

    /** What has not become a part of the request's body by now is the beginning of its trailers. */
    @Override
    public void channelReadComplete(ChannelHandlerContext here) {
        if (requestIsIncomplete && !refused && !memory.takeHalf()) {
            refuse();
        }
        here.fireChannelReadComplete();
    }

    /** There is no memory for what it has sent, whatever the budget says. */
    void outOfMemory() {
        if (!refused) {
            refuse();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            outOfMemory();
        } else {
            here.fireExceptionCaught(cause);
        }
    }

    /** Between Netty's codec and Vert.x. */
    private final class Messages extends ChannelDuplexHandler {
        private boolean last;

        @Override
        public void channelRead(ChannelHandlerContext here, Object message) {
            if (refused) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest request) {
                if (!memory.takeHead(request, requests)) {
                    ReferenceCountUtil.release(message);
                    refuse();
                    return;
                }
                requests++;
                requestIsIncomplete = true;
            }
            memory.decoded();
            if (message instanceof LastHttpContent) {
                requestIsIncomplete = false;
            }
            here.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext here, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response) {
                last = response.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
            }
            ChannelPromise written = promise;
            if (message instanceof LastHttpContent && !isInterim(message)) {
                requests--;
                memory.responded();
                idleSinceNanos = System.nanoTime();
                // Vert.x closes only if the caller has asked for it.
                if (last && requests == 0 && all.draining()) {
                    written = promise.unvoid();
                    written.addListener(sent -> Connections.endSending(here.channel(), AFTER_LAST_MILLIS));
                }
            }
            var _ = here.write(message, written);
            if (refused && requests == 0) {
                sendRefusal();
            }
        }

        /** Vert.x fails to report a reset while requests are in line: it has no response for those. The close says the same. */
        @Override
        public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
            if (cause instanceof IOException && requests > 1) {
                var _ = here.close();
            } else {
                here.fireExceptionCaught(cause);
            }
        }

        /** Vert.x closes a connection in the turn in which its request turned out to be invalid: the response to it goes out first. */
        @Override
        public void close(ChannelHandlerContext here, ChannelPromise promise) {
            here.flush();
            var _ = here.close(promise);
        }

        private static boolean isInterim(Object message) {
            return message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
    }
}
