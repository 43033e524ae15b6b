package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2Headers;
import io.polyfn.core.memory.Memory;
import java.util.Map;

/**
 * The memory that one connection of a caller, or of a worker to the Runtime API, and the heads of its requests take. Each method is false
 * where it is not available.
 */
final class HeadMemory {
    /** What a connection takes in Netty and Vert.x, a small head included; measured, 4 to 5 KB. */
    static final int CONNECTION_BYTES = 6 * 1024;

    /** What one of HTTP/2 takes more than that, with its tables of headers; measured, 11 KB in all. */
    private static final int HTTP2_BYTES = 6 * 1024;

    private static final int STREAM_BYTES = 4 * 1024;

    private static final int SMALL_HEAD_BYTES = 2 * 1024;

    /** A large head is there in the decoder's buffers, in strings, and on its way to the worker. */
    private static final int COPIES_OF_A_HEAD = 4;

    /** Of a response: in the decoder, in strings, and on its way to the caller. */
    private static final int COPIES_OF_A_RESPONSES_HEAD = 3;

    /** The decoder's buffer grows by doubling. */
    private static final int COPIES_OF_HALF_A_HEAD = 2;

    /** The objects of one header, however short it is; measured, 230 bytes. */
    private static final int HEADER_BYTES = 256;

    private static final int SHORTEST_HEADER = "a:b\r\n".length();

    /** So many are part of what a connection and an invocation take. */
    private static final int FEW_HEADERS = 8;

    /** A request in line behind others of its connection; measured, 0.7 KB where it has a few bytes. */
    private static final int QUEUED_BYTES = 1024;

    private final Memory memory;
    private int held;
    private int queued;
    private int undecoded;
    private int lines;
    /** The decoder keeps buffers of that size for as long as the connection is open. */
    private int largestHead;

    HeadMemory(Memory memory) {
        this.memory = memory;
    }

    boolean takeConnection() {
        return hold(0, 0);
    }

    /** Takes what a connection needs besides that has turned out to be one of HTTP/2. */
    boolean takeHttp2() {
        return hold(HTTP2_BYTES, 0);
    }

    /** Counts bytes that the decoder is going to get. */
    void add(int bytes) {
        undecoded += bytes;
    }

    /** Takes what the decoder needs for what has been added, which ends with these bytes and is a head, or a part of one. */
    boolean takeUndecoded(ByteBuf last) {
        int end = last.writerIndex();
        for (int at = next(last, last.readerIndex(), end); at >= 0; at = next(last, at + 1, end)) {
            lines++;
        }
        int heads = (undecoded > SMALL_HEAD_BYTES ? COPIES_OF_HALF_A_HEAD * undecoded : 0) + ofHeaders(lines);
        return heads == 0 || hold(Math.max(largestHead, heads), queued);
    }

    private static int next(ByteBuf bytes, int from, int end) {
        return bytes.indexOf(from, end, (byte) '\n');
    }

    /** Takes what the beginning of trailers may need whose rest has not arrived. */
    boolean takeHalf() {
        return undecoded == 0 || hold(Math.max(largestHead, ofHalf(undecoded)), queued);
    }

    /** What half a head may take: nothing but headers of one letter, at worst. */
    static int ofHalf(int bytes) {
        return COPIES_OF_HALF_A_HEAD * bytes
                + Math.min(bytes / SHORTEST_HEADER, RequestDecoder.MAX_HEADERS) * HEADER_BYTES;
    }

    /** What the head of a worker's response, or its trailers, take that had so many bytes, beside what a response takes anyway. */
    static int ofResponse(int bytes, HttpHeaders headers) {
        return (bytes > SMALL_HEAD_BYTES ? COPIES_OF_A_RESPONSES_HEAD * bytes : 0) + ofSmall(headers);
    }

    /** What a head of few bytes takes beside what is taken anyway. */
    private static int ofSmall(HttpHeaders headers) {
        int count = 0;
        for (Object _ : headers) {
            count++;
        }
        return ofHeaders(count);
    }

    private static int ofHeaders(int count) {
        return Math.max(0, count - FEW_HEADERS) * HEADER_BYTES;
    }

    /**
     * Takes what a head needs that has been decoded; what was taken for its bytes is returned.
     *
     * @param before requests of the connection that have no response yet: this one is in line behind them
     */
    boolean takeHead(HttpRequest request, int before) {
        int bytes = undecoded > SMALL_HEAD_BYTES ? COPIES_OF_A_HEAD * size(request) : ofSmall(request.headers());
        largestHead = Math.max(largestHead, bytes);
        return hold(largestHead, before);
    }

    /** What was undecoded has become a message. */
    void decoded() {
        undecoded = 0;
        lines = 0;
    }

    /** A request has its response, and the next in line is one no longer. */
    void responded() {
        if (queued > 0) {
            queued--;
            held -= QUEUED_BYTES;
            memory.give(QUEUED_BYTES);
        }
    }

    void giveBack() {
        memory.give(held);
        held = 0;
        queued = 0;
    }

    private boolean hold(int heads, int inLine) {
        int bytes = CONNECTION_BYTES + heads + inLine * QUEUED_BYTES;
        if (bytes > held && !memory.tryTake(bytes - held)) {
            return false;
        }
        int surplus = held - bytes;
        held = bytes;
        queued = inLine;
        if (surplus > 0) {
            memory.give(surplus);
        }
        return true;
    }

    private static int size(HttpRequest request) {
        int size = request.uri().length();
        for (Map.Entry<String, String> header : request.headers()) {
            size += size(header.getKey(), header.getValue());
        }
        return Math.max(size, SMALL_HEAD_BYTES);
    }

    private static int size(CharSequence name, CharSequence value) {
        // A string, its bytes, an entry.
        return name.length() + value.length() + 128;
    }

    /** What a stream of HTTP/2 takes beside its invocation: measured, 3.4 KB while its response is unread, and all copies of a head that is not small. */
    static int ofStream(Http2Headers headers) {
        int size = 0;
        for (Map.Entry<CharSequence, CharSequence> header : headers) {
            size += size(header.getKey(), header.getValue());
        }
        return STREAM_BYTES + (size > SMALL_HEAD_BYTES ? COPIES_OF_A_HEAD * size : 0);
    }
}
