package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;
import java.lang.ref.Cleaner;

/**
 * Lends large pieces of a body to Vert.x in the memory that they were read into (decision 0059).
 *
 * <p>Vert.x copies what comes from Netty's pool, because its own buffers need no release: to new memory of the heap, from which Netty
 * copies it again when it is sent on. Whoever sends a piece says so ({@link #giveBackAfter}). A piece that nobody sends goes back to the pool
 * when it has been collected as garbage; so that such pieces cannot use up the memory for buffers, they are lent only while most of it is
 * free.
 */
public final class LargePieces {
    /** A slice keeps all that one read has brought. */
    private static final int LEAST = 8 * 1024;

    private static final int PART_IN_USE = 4;

    private LargePieces() {}

    /** The piece itself, or one with the same bytes that Vert.x does not copy. */
    static HttpContent lend(HttpContent piece) {
        ByteBuf pooled = piece.content();
        boolean fits = pooled.readableBytes() >= LEAST
                && pooled.hasMemoryAddress()
                && pooled.nioBufferCount() == 1
                && PlatformDependent.usedDirectMemory() < PlatformDependent.maxDirectMemory() / PART_IN_USE;
        return fits ? piece.replace(new Lent(pooled)) : piece;
    }

    /** What was lent may be used again when it has been sent, or could not be. Does nothing for any other buffer. */
    public static void giveBackAfter(Future<Void> sending, Buffer piece) {
        if (piece instanceof BufferImpl own && own.byteBuf() instanceof Lent lent) {
            sending.onComplete(done -> lent.release());
        }
    }

    private static final class Lent extends UnpooledUnsafeDirectByteBuf {
        private static final Cleaner CLEANER = Cleaner.create();

        private final Cleaner.Cleanable release;

        Lent(ByteBuf pooled) {
            super(UnpooledByteBufAllocator.DEFAULT, pooled.nioBuffer(), pooled.readableBytes());
            release = CLEANER.register(this, pooled::release);
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            release.clean();
        }
    }
}
