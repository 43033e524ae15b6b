package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.polyfn.core.netty.RequestRules.Violation;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes HTTP/1.1 requests as RFC 9112 wants it, where Netty is lenient: a request that two programs may read in two ways is refused,
 * and nothing that follows it on the connection is a request.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {
    /** More than any client sends. Some work per header is not constant, and frameworks drop what is beyond their own limit. */
    static final int MAX_HEADERS = 1000;

    private static final int VERSION_NOT_SUPPORTED = 505;

    private @Nullable HeadBytes head = new HeadBytes();
    private @Nullable ChunkLines chunks;
    private int headers;
    private boolean isFirst = true;
    private boolean failed;

    RequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /** An exception in a handler is shown to that handler and to those behind it; the caller's connection is before it. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) throws Exception {
        CallerConnection caller = context.pipeline().get(CallerConnection.class);
        if (cause instanceof OutOfMemoryError && caller != null) {
            caller.outOfMemory();
        } else {
            super.exceptionCaught(context, cause);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (failed) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        boolean inHead = head != null;
        int from = buffer.readerIndex();
        int before = out.size();
        super.decode(context, buffer, out);
        HttpObject first = out.size() > before ? (HttpObject) out.get(before) : null;
        Throwable reason = reason(buffer, from, first);
        if (reason != null) {
            failed = true;
            buffer.skipBytes(buffer.readableBytes());
            String target = first instanceof HttpRequest request ? request.uri() : "/";
            while (out.size() > before) {
                ReferenceCountUtil.release(out.removeLast());
            }
            out.add(refused(reason, inHead, target));
        } else if (first != null && out.getLast() instanceof LastHttpContent) {
            head = new HeadBytes();
            chunks = null;
            headers = 0;
        }
    }

    private @Nullable Throwable reason(ByteBuf buffer, int from, @Nullable HttpObject first) {
        if (first != null && first.decoderResult().isFailure()) {
            return first.decoderResult().cause();
        }
        try {
            check(buffer, from, first);
            return null;
        } catch (Violation violation) {
            return violation;
        }
    }

    private void check(ByteBuf buffer, int from, @Nullable HttpObject first) {
        HeadBytes reading = head;
        if (reading != null) {
            reading.take(buffer, from, buffer.readerIndex());
            if (first instanceof HttpRequest request) {
                head = null;
                reading.check();
                check(request);
            }
        } else if (chunks != null) {
            chunks.take(buffer, from, buffer.readerIndex());
        }
    }

    private void check(HttpRequest request) {
        checkTransferEncoding(request);
        RequestRules.check(request.method().name(), request.uri());
        checkHost(request);
        String authority = RequestRules.authority(request.uri());
        if (authority != null) {
            request.setUri(RequestRules.originForm(request.uri()));
        }
        if (!CleartextHttp2.mayUpgrade(request, isFirst)) {
            CleartextHttp2.ignore(request.headers());
        }
        Persistence.state(request.headers());
        isFirst = false;
    }

    /** Chunks are all that can be read; a body in any other form would be taken for requests. */
    private void checkTransferEncoding(HttpRequest request) {
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (encodings.isEmpty()) {
            return;
        }
        RequestRules.checkTransferEncoding(encodings);
        chunks = new ChunkLines();
    }

    private static void checkHost(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return;
        }
        if (hosts.size() != 1 || !RequestRules.isHost(hosts.getFirst())) {
            throw new Violation("the request must have one valid host header");
        }
        String authority = RequestRules.authority(request.uri());
        if (authority != null && !authority.equalsIgnoreCase(hosts.getFirst())) {
            throw new Violation("the target and the host header name different hosts");
        }
    }

    /** A head is refused without its headers: a request that asks for HTTP/2 would be upgraded first. */
    private static HttpObject refused(Throwable reason, boolean inHead, String target) {
        HttpObject refused = inHead
                ? new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target)
                : new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        refused.setDecoderResult(DecoderResult.failure(reason));
        return refused;
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        String version = initialLine[2];
        if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
            boolean other = version.matches("HTTP/[0-9]\\.[0-9]");
            throw new Violation(other ? VERSION_NOT_SUPPORTED : 400, "the version must be HTTP/1.1 or HTTP/1.0");
        }
        return super.createMessage(initialLine);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        if (length == 0) {
            throw new Violation("a header has no name");
        }
        if (++headers > MAX_HEADERS) {
            throw new TooLongHttpHeaderException("there are more than " + MAX_HEADERS + " headers");
        }
        return super.splitHeaderName(line, start, length);
    }
}
