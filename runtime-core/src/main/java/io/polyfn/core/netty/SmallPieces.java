package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/**
 * Joins the small pieces of a body that one read has brought. Vert.x stops reading by the number of messages it holds, and limits are in
 * bytes; a chunk of one byte is a message of 200.
 */
final class SmallPieces extends ChannelInboundHandlerAdapter {
    private static final int SMALL = 1024;
    private static final String NAME = "small-pieces";

    private @Nullable ByteBuf joined;

    /** Joins what arrives over a connection, be it of requests or of responses. */
    static void join(Channel connection) {
        connection.pipeline().addBefore(Connections.VERTX_HANDLER, NAME, new SmallPieces());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpContent piece
                && !(message instanceof LastHttpContent)
                && piece.decoderResult().isSuccess()
                && piece.content().readableBytes() < SMALL) {
            join(piece);
            if (joined != null && joined.readableBytes() >= SMALL) {
                passOn(context);
            }
        } else {
            passOn(context);
            context.fireChannelRead(message instanceof HttpContent piece ? LargePieces.lend(piece) : message);
        }
    }

    /** In memory that needs no copy on its way, and no release if the connection breaks first. */
    private void join(HttpContent piece) {
        ByteBuf to = joined;
        if (to == null) {
            to = Unpooled.buffer(2 * SMALL);
            joined = to;
        }
        to.writeBytes(piece.content());
        piece.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        passOn(context);
        context.fireChannelReadComplete();
    }

    private void passOn(ChannelHandlerContext context) {
        ByteBuf all = joined;
        if (all != null) {
            joined = null;
            context.fireChannelRead(new DefaultHttpContent(all));
        }
    }
}
