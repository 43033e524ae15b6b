package io.polyfn.core.netty;

import io.netty.handler.codec.http.HttpRequest;
import io.polyfn.core.memory.ByteBudget;
import java.util.Map;

/** The memory that one connection of a caller and the heads of its requests take. Each method is false where it is not available. */
final class HeadMemory {
    /** What a connection takes in Netty and Vert.x, a small head included; measured, 4 to 5 KB. */
    static final int CONNECTION_BYTES = 6 * 1024;

    private static final int SMALL_HEAD_BYTES = 2 * 1024;

    /** A large head is there in the decoder's buffers, in strings, and on its way to the worker. */
    private static final int COPIES_OF_A_HEAD = 4;

    /** The decoder's buffer grows by doubling. */
    private static final int COPIES_OF_HALF_A_HEAD = 2;

    private final ByteBudget memory;
    private int held;
    private int undecoded;
    /** The decoder keeps buffers of that size for as long as the connection is open. */
    private int largestHead;

    HeadMemory(ByteBudget memory) {
        this.memory = memory;
    }

    boolean takeConnection() {
        return hold(CONNECTION_BYTES);
    }

    /** Counts bytes that the decoder is going to get. */
    void add(int bytes) {
        undecoded += bytes;
    }

    /** Takes what the decoder needs for bytes that may be the beginning of a head, or of trailers. */
    boolean takeUndecoded() {
        return undecoded <= SMALL_HEAD_BYTES
                || hold(CONNECTION_BYTES + Math.max(largestHead, COPIES_OF_HALF_A_HEAD * undecoded));
    }

    /** Takes what a head needs that has been decoded; what was taken for its bytes is returned. */
    boolean takeHead(HttpRequest request) {
        if (undecoded > SMALL_HEAD_BYTES) {
            largestHead = Math.max(largestHead, COPIES_OF_A_HEAD * size(request));
        }
        return hold(CONNECTION_BYTES + largestHead);
    }

    /** What was undecoded has become a message. */
    void decoded() {
        undecoded = 0;
    }

    void giveBack() {
        memory.give(held);
        held = 0;
    }

    private boolean hold(int bytes) {
        if (bytes > held && !memory.tryTake(bytes - held)) {
            return false;
        }
        int surplus = held - bytes;
        held = bytes;
        if (surplus > 0) {
            memory.give(surplus);
        }
        return true;
    }

    private static int size(HttpRequest request) {
        int size = request.uri().length();
        for (Map.Entry<String, String> header : request.headers()) {
            // A string, its bytes, an entry.
            size += header.getKey().length() + header.getValue().length() + 128;
        }
        return Math.max(size, SMALL_HEAD_BYTES);
    }
}
