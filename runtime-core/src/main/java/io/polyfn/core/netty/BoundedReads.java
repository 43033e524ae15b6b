package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import io.polyfn.core.memory.Memory;

/**
 * How much one read of a connection may bring, all of which may have to be held: a lot while there is plenty of memory, which makes large
 * bodies a third faster, else little.
 */
final class BoundedReads implements RecvByteBufAllocator {
    private static final int SMALLEST = 512;
    private static final int FIRST = 2 * 1024;
    private static final int LITTLE = 16 * 1024;
    private static final int MUCH = 64 * 1024;

    private final Memory memory;

    BoundedReads(Memory memory) {
        this.memory = memory;
    }

    /** Little, whatever there is. */
    static RecvByteBufAllocator small() {
        return new AdaptiveRecvByteBufAllocator(SMALLEST, FIRST, LITTLE);
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's interface wants this type; its transports want the other one.
    public Handle newHandle() {
        return new Bounded(new AdaptiveRecvByteBufAllocator(SMALLEST, FIRST, MUCH).newHandle());
    }

    private final class Bounded extends DelegatingHandle implements ExtendedHandle {
        @SuppressWarnings("deprecation")
        Bounded(Handle adaptive) {
            super(adaptive);
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator buffers) {
            return buffers.ioBuffer(guess());
        }

        @Override
        public int guess() {
            return memory.isHalfTaken()
                    ? Math.min(LITTLE, delegate().guess())
                    : delegate().guess();
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return ((ExtendedHandle) delegate()).continueReading(maybeMoreData);
        }
    }
}
