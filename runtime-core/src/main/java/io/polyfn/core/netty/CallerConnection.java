package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One connection of a caller, and the memory that it and the head of its request hold. */
final class CallerConnection extends ChannelInboundHandlerAdapter {
    /** What a connection takes in Netty and Vert.x, a small head included; measured, 4 KB. */
    static final int BYTES = 5 * 1024;

    private static final int SMALL_HEAD_BYTES = 2 * 1024;

    /** A large head is there in the decoder's buffers, which live as long as the connection, in strings, and on its way to the worker. */
    private static final int COPIES_OF_A_HEAD = 3;

    /** The decoder's buffer grows by doubling. */
    private static final int COPIES_OF_HALF_A_HEAD = 2;

    private static final long LINGER_MILLIS = 5_000;
    private static final long IDLE_MILLIS = 5_000;

    private final CallerConnections all;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Future<?> lingering;
    private long idleSinceNanos = System.nanoTime();
    private int held;
    private int undecoded;
    private int requests;
    private boolean requestIsIncomplete;
    private boolean entered;
    private boolean refused;
    private boolean isHttp2;

    CallerConnection(CallerConnections all) {
        this.all = all;
    }

    /** Holds so many bytes at least, until it closes; false if they are not available. */
    boolean hold(int bytes) {
        int more = Math.max(0, bytes - held);
        if (!all.memory().tryTake(more)) {
            return false;
        }
        held += more;
        return true;
    }

    /** Whether it has no request, and has had none for so long that none is on its way. */
    boolean isIdle() {
        return requests == 0
                && !isHttp2
                && System.nanoTime() - idleSinceNanos > TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
    }

    long idleSinceNanos() {
        return idleSinceNanos;
    }

    /** From here on the messages are seen as well as the bytes. */
    void watch(HttpConnection connection) {
        isHttp2 = Connections.channel(connection).pipeline().get(Http2ConnectionHandler.class) != null;
        if (!isHttp2) {
            Connections.channel(connection).pipeline().addBefore(Connections.VERTX_HANDLER, "messages", new Messages());
        }
    }

    void close() {
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
        all.memory().give(held);
        held = 0;
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

    private void sendRefusal() {
        leave();
        ChannelHandlerContext here = Objects.requireNonNull(context);
        var _ = here.writeAndFlush(Unpooled.wrappedBuffer(all.refusal())).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelActive(ChannelHandlerContext opened) {
        context = opened;
        if (!all.isGuarded(opened.channel())) {
            opened.fireChannelActive();
            opened.pipeline().remove(this);
            return;
        }
        opened.channel().config().setRecvByteBufAllocator(BoundedReads.small());
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
        lingering = opened.executor()
                .schedule(
                        () -> {
                            var _ = opened.close();
                        },
                        LINGER_MILLIS,
                        TimeUnit.MILLISECONDS);
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
            ReferenceCountUtil.release(message);
            if (lingering != null) {
                sendRefusal();
            }
            return;
        }
        if (message instanceof ByteBuf bytes) {
            undecoded += bytes.readableBytes();
        }
        here.fireChannelRead(message);
    }

    /** What has not become a message by now is the beginning of a head that the decoder holds. */
    @Override
    public void channelReadComplete(ChannelHandlerContext here) {
        if (isHttp2) {
            undecoded = 0;
        } else if (!refused && undecoded > SMALL_HEAD_BYTES && !hold(BYTES + COPIES_OF_HALF_A_HEAD * undecoded)) {
            refuse();
        }
        here.fireChannelReadComplete();
    }

    /** Between Netty's codec and Vert.x. */
    private final class Messages extends ChannelDuplexHandler {
        @Override
        public void channelRead(ChannelHandlerContext here, Object message) {
            boolean large = undecoded > SMALL_HEAD_BYTES;
            undecoded = 0;
            if (refused) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest request) {
                if (!hold(BYTES + (large ? COPIES_OF_A_HEAD * size(request) : 0))) {
                    ReferenceCountUtil.release(message);
                    refuse();
                    return;
                }
                requests++;
                requestIsIncomplete = true;
            }
            if (message instanceof LastHttpContent) {
                requestIsIncomplete = false;
            }
            here.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext here, Object message, ChannelPromise promise) {
            if (message instanceof LastHttpContent && !isInterim(message)) {
                requests--;
                idleSinceNanos = System.nanoTime();
            }
            var _ = here.write(message, promise);
            if (refused && requests == 0) {
                sendRefusal();
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

        private static int size(HttpRequest request) {
            int size = request.uri().length();
            for (Map.Entry<String, String> header : request.headers()) {
                // A string, its bytes, an entry.
                size += header.getKey().length() + header.getValue().length() + 128;
            }
            return size;
        }
    }
}
