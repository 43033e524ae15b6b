package io.polyfn.core.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.net.impl.VertxHandler;
import org.junit.jupiter.api.Test;

class LargePiecesTest {
    private static final int LARGE = 16 * 1024;

    private final ByteBuf read = PooledByteBufAllocator.DEFAULT.directBuffer(LARGE);

    @Test
    void aLargePieceIsNotCopiedAndGoesBackToThePoolWhenItHasBeenSent() {
        HttpContent lent = LargePieces.lend(new DefaultHttpContent(read.writeZero(LARGE)));
        BufferImpl buffer = vertx(lent);

        assertThat(lent.content().memoryAddress()).isEqualTo(read.memoryAddress());
        assertThat(buffer.length()).isEqualTo(LARGE);
        assertThat(buffer.getByteBuf().memoryAddress()).isEqualTo(read.memoryAddress());

        Promise<Void> sending = Promise.promise();
        LargePieces.giveBackAfter(sending.future(), buffer);
        assertThat(read.refCnt()).isOne();
        sending.complete();
        assertThat(read.refCnt()).isZero();
        LargePieces.giveBackAfter(Future.succeededFuture(), Buffer.buffer("any other"));
    }

    @Test
    void aPieceOfASliceKeepsOnlyItsOwnBytes() {
        read.writeZero(LARGE - 4).writeInt(7);
        read.skipBytes(LARGE / 2);
        HttpContent lent = LargePieces.lend(new DefaultHttpContent(read.readRetainedSlice(LARGE / 2)));

        assertThat(lent.content().readableBytes()).isEqualTo(LARGE / 2);
        assertThat(lent.content().getInt(LARGE / 2 - 4)).isEqualTo(7);

        LargePieces.giveBackAfter(Future.failedFuture("the caller has gone"), vertx(lent));
        assertThat(read.refCnt()).isOne();
        read.release();
    }

    @Test
    void aPieceThatNobodySendsGoesBackToThePoolAsGarbage() {
        assertThat(LargePieces.lend(new DefaultHttpContent(read.writeZero(LARGE)))
                        .content())
                .isNotSameAs(read);

        await().until(() -> {
            System.gc();
            return read.refCnt() == 0;
        });
    }

    @Test
    void theLastPieceKeepsItsTrailers() {
        DefaultLastHttpContent last = new DefaultLastHttpContent(read.writeZero(LARGE));
        last.trailingHeaders().set("digest", "x");

        HttpContent lent = LargePieces.lend(last);

        assertThat(((LastHttpContent) lent).trailingHeaders().get("digest")).isEqualTo("x");
        lent.release();
        assertThat(read.refCnt()).isZero();
    }

    /** What Vert.x makes of it. */
    private static BufferImpl vertx(HttpContent piece) {
        return (BufferImpl) BufferImpl.buffer(VertxHandler.safeBuffer(piece.content()));
    }

    @Test
    void aSmallPieceIsLeftToVertx() {
        HttpContent small = new DefaultHttpContent(read.writeZero(100));

        assertThat(LargePieces.lend(small)).isSameAs(small);
        read.release();
    }
}
