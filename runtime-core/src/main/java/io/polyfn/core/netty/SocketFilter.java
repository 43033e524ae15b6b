package io.polyfn.core.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Programs of the kernel's classic packet filter, which a socket may have without any privilege. */
final class SocketFilter {
    private static final int SOL_SOCKET = 1;
    /** The size of {@code struct sock_fprog}. */
    private static final int PROGRAM_BYTES = 16;

    private SocketFilter() {}

    /** A socket option that takes a program. */
    static RawUnixChannelOption option(String name, int number) {
        return new RawUnixChannelOption(name, SOL_SOCKET, number, PROGRAM_BYTES);
    }

    /**
     * Attaches a program.
     *
     * @param program instructions: code, jump if true, jump if false, operand
     * @return false if the kernel takes no filters, as in some sandboxes, or the JDK's sockets are used, which have no such option
     */
    static boolean attach(Channel channel, RawUnixChannelOption option, long[][] program) {
        ByteBuffer instructions = direct(program.length * Long.BYTES);
        for (long[] instruction : program) {
            instructions
                    .putShort((short) instruction[0])
                    .put((byte) instruction[1])
                    .put((byte) instruction[2])
                    .putInt((int) instruction[3]);
        }
        // struct sock_fprog: the number of instructions, and where they are.
        ByteBuffer filter = direct(PROGRAM_BYTES)
                .putLong(program.length)
                .putLong(MemorySegment.ofBuffer(instructions.flip()).address())
                .flip();
        try {
            return channel.config().setOption(option, filter);
        } catch (ChannelException notSupported) {
            return false;
        }
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }
}
