package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.polyfn.core.memory.Memory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a caller's HTTP/2 connection, before Vert.x gets them.
 *
 * <p>Flow control counts bytes, and Vert.x keeps an object for each frame that nobody has read: a window of frames with one byte each would
 * be ten megabytes. So the small frames of a stream that is behind are joined. A stream for which there is no memory is refused before there
 * are objects of it, because one read brings a hundred. And a request whose method is not one costs its stream, not the connection with
 * everybody's streams (RFC 9113 section 8.1.1).
 */
final class CallerFrames extends Http2FrameListenerDecorator {
    private static final int SMALL = 1024;
    /** So many unread frames of a stream are passed on as they come. */
    private static final int MOST_UNREAD = 64;

    private static final long FIRST_LOOK_MILLIS = 10;
    private static final long LONGEST_LOOK_MILLIS = 1000;

    private final Http2ConnectionHandler http2;
    private final Http2Connection connection;
    private final Http2LocalFlowController flow;
    private final Memory memory;
    private final Http2Connection.PropertyKey unreadKey;
    private final Http2Connection.PropertyKey takenKey;
    private final Http2Connection.PropertyKey bodilessKey;

    /** What Vert.x has of a stream and nobody has read, and what it has not been given yet. */
    private static final class Unread {
        private int frames;
        private @Nullable ByteBuf held;
        private long pause = FIRST_LOOK_MILLIS;
        private boolean looking;

        int heldBytes() {
            return held == null ? 0 : held.readableBytes();
        }
    }

    private CallerFrames(
            Http2ConnectionHandler http2, Http2FrameListener listener, Memory memory, Runnable streamClosed) {
        super(listener);
        this.http2 = http2;
        this.connection = http2.connection();
        this.flow = connection.local().flowController();
        this.memory = memory;
        this.unreadKey = connection.newKey();
        this.takenKey = connection.newKey();
        this.bodilessKey = connection.newKey();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                Integer taken = stream.removeProperty(takenKey);
                if (taken != null) {
                    memory.give(taken);
                }
                streamClosed.run();
            }
        });
    }

    /** @param streamClosed run whenever one of the connection's streams is over */
    static void watch(Http2ConnectionHandler http2, Memory memory, Runnable streamClosed) {
        Http2FrameListener listener = http2.decoder().frameListener();
        http2.decoder().frameListener(new CallerFrames(http2, listener, memory, streamClosed));
    }

    @Override
    public int onDataRead(ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean ends)
            throws Http2Exception {
        Http2Stream stream = connection.stream(id);
        if (stream == null) {
            return super.onDataRead(context, id, data, padding, ends);
        }
        Unread unread = unread(stream);
        int size = data.readableBytes();
        boolean caughtUp = flow.unconsumedBytes(stream) - size - padding == unread.heldBytes();
        if (caughtUp) {
            unread.frames = 0;
        }
        if (unread.held == null && (size >= SMALL || unread.frames < MOST_UNREAD)) {
            unread.frames++;
            return super.onDataRead(context, id, data, padding, ends);
        }
        hold(unread, data);
        if (caughtUp || ends || unread.heldBytes() >= SMALL) {
            passOn(context, id, unread, ends);
        } else {
            lookLater(context, stream, unread);
        }
        return padding;
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext context, int id, Http2Headers headers, int padding, boolean ends)
            throws Http2Exception {
        if (begins(context, id, headers, ends)) {
            super.onHeadersRead(context, id, headers, padding, ends);
        }
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int id,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean ends)
            throws Http2Exception {
        if (begins(context, id, headers, ends)) {
            super.onHeadersRead(context, id, headers, dependency, weight, exclusive, padding, ends);
        }
    }

    /** Headers are those of a request, or trailers; false if they are refused. */
    private boolean begins(ChannelHandlerContext context, int id, Http2Headers headers, boolean ends)
            throws Http2Exception {
        Http2Stream stream = connection.stream(id);
        if (stream == null) {
            return true;
        }
        CharSequence method = headers.method();
        if (method != null && !RequestRules.isToken(method.toString())) {
            refuse(context, stream, Http2Error.PROTOCOL_ERROR);
            return false;
        }
        Unread unread = stream.getProperty(unreadKey);
        if (unread != null && unread.held != null) {
            passOn(context, id, unread, false);
        }
        if (method != null && stream.getProperty(takenKey) == null) {
            int bytes = HeadMemory.ofStream(headers);
            if (!memory.tryTake(bytes)) {
                refuse(context, stream, Http2Error.REFUSED_STREAM);
                return false;
            }
            stream.setProperty(takenKey, bytes);
            stream.setProperty(bodilessKey, ends);
        }
        return true;
    }

    /**
     * Whether a request ended with its head. An upgraded one did not: its head came over HTTP/1.1, and so does its body.
     *
     * <p>Vert.x shows the end of a request only to those who read its body.
     */
    static boolean isBodiless(Http2ConnectionHandler http2, int id) {
        if (!(http2.decoder().frameListener() instanceof CallerFrames frames)) {
            return false;
        }
        Http2Stream stream = frames.connection.stream(id);
        return stream != null && Boolean.TRUE.equals(stream.<Boolean>getProperty(frames.bodilessKey));
    }

    /** Vert.x does not know the stream, and fails over one that it does not know while the reset waits for its caller to read. */
    private void refuse(ChannelHandlerContext context, Http2Stream stream, Http2Error error) {
        Connections.reset(context, http2, stream.id(), error);
        stream.close();
    }

    private Unread unread(Http2Stream stream) {
        Unread known = stream.getProperty(unreadKey);
        if (known == null) {
            known = new Unread();
            stream.setProperty(unreadKey, known);
        }
        return known;
    }

    /** In memory that needs no copy on its way, and no release if the stream is reset first. */
    private static void hold(Unread unread, ByteBuf data) {
        if (unread.held == null) {
            unread.held = Unpooled.buffer(2 * SMALL);
        }
        unread.held.writeBytes(data, data.readerIndex(), data.readableBytes());
    }

    private void passOn(ChannelHandlerContext context, int id, Unread unread, boolean ends) throws Http2Exception {
        ByteBuf held = unread.held == null ? Unpooled.EMPTY_BUFFER : unread.held;
        unread.held = null;
        unread.frames++;
        unread.pause = FIRST_LOOK_MILLIS;
        var _ = super.onDataRead(context, id, held, 0, ends);
    }

    /** Nothing tells when a stream is read; one that has been behind by so many frames bears a delay. */
    private void lookLater(ChannelHandlerContext context, Http2Stream stream, Unread unread) {
        if (!unread.looking) {
            unread.looking = true;
            var _ = context.executor()
                    .schedule(() -> look(context, stream, unread), unread.pause, TimeUnit.MILLISECONDS);
            unread.pause = Math.min(LONGEST_LOOK_MILLIS, 2 * unread.pause);
        }
    }

    private void look(ChannelHandlerContext context, Http2Stream stream, Unread unread) {
        unread.looking = false;
        if (unread.held == null || connection.stream(stream.id()) == null) {
            return;
        }
        if (flow.unconsumedBytes(stream) > unread.heldBytes()) {
            lookLater(context, stream, unread);
            return;
        }
        try {
            passOn(context, stream.id(), unread, false);
        } catch (Http2Exception broken) {
            context.fireExceptionCaught(broken);
        }
    }
}
