package io.polyfn.core.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.netty.RequestRules.Violation;
import io.vertx.core.http.HttpConnection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Keeps a connection to a worker to one response per request; stands in for Netty's own codec.
 *
 * <p>What arrives while no response is awaited would be taken for the response to the next request, which is another caller's: it closes
 * the connection, before the next request is sent (see {@link EventLoops#afterNextPoll}). Informational responses are not the response
 * (RFC 9110, 15.2): 103 is passed on, the others end here.
 */
public final class WorkerFraming extends CombinedChannelDuplexHandler<HttpResponseDecoder, HttpRequestEncoder> {
    /** Vert.x removes its codec by this name after an upgrade. */
    private static final String CODEC = "codec";

    private static final Pattern STATUS = Pattern.compile("[1-9][0-9]{2}");

    private final HttpConnection connection;
    private final Reuse reuse;
    private boolean awaiting;
    private boolean isHead;
    private boolean isUpgrade;

    /** Whether the connections to a worker may carry more than one request each. */
    public interface Reuse {
        boolean isAllowed();

        /** The worker has sent something that nobody asked for. */
        void unasked();

        /** The worker has sent something that is awaited. */
        void heard();

        /**
         * Takes memory for the response that is awaited.
         *
         * @param bytes in all, those included that were taken before
         * @return whether there is so much
         */
        boolean hold(HttpConnection connection, int bytes);
    }

    private WorkerFraming(HttpConnection connection, HttpDecoderConfig limits, Reuse reuse) {
        this.connection = connection;
        this.reuse = reuse;
        init(new Responses(limits), new HttpRequestEncoder());
    }

    /** To be called when a connection is open, before its first request. */
    public static void enforce(
            HttpConnection connection, int maxHeadBytes, int maxChunkBytes, ByteBudget memory, Reuse reuse) {
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(maxHeadBytes)
                .setMaxHeaderSize(maxHeadBytes)
                .setMaxChunkSize(maxChunkBytes);
        Channel channel = Connections.channel(connection);
        channel.config().setRecvByteBufAllocator(new BoundedReads(memory));
        channel.pipeline().replace(CODEC, CODEC, new WorkerFraming(connection, limits, reuse));
        SmallPieces.join(channel);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest request) {
            awaiting = true;
            isHead = request.method().equals(HttpMethod.HEAD);
            isUpgrade = request.headers().contains(HttpHeaderNames.UPGRADE);
        }
        super.write(context, message, promise);
    }

    private final class Responses extends HttpResponseDecoder {
        private HttpResponseStatus status = HttpResponseStatus.OK;
        /** Bytes of a head, or of trailers, that are not a message yet. */
        private int undecoded;

        Responses(HttpDecoderConfig limits) {
            super(limits);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            if (!awaiting) {
                in.skipBytes(in.readableBytes());
                reuse.unasked();
                var _ = connection.close();
                return;
            }
            reuse.heard();
            int next = out.size();
            int from = in.readerIndex();
            super.decode(context, in, out);
            undecoded += in.readerIndex() - from;
            holdHead(out, next);
            while (next < out.size()) {
                if (out.get(next) instanceof HttpObject part && !passes(part)) {
                    ReferenceCountUtil.release(out.remove(next));
                } else {
                    next++;
                }
            }
        }

        /** What was read may be a part of a body, too, which others count. */
        private void holdHead(List<Object> out, int next) {
            Object message = next < out.size() ? out.get(next) : null;
            int bytes = switch (message) {
                case null -> HeadMemory.ofHalf(undecoded);
                case HttpResponse response -> HeadMemory.ofResponse(undecoded, response.headers());
                case LastHttpContent last -> HeadMemory.ofResponse(undecoded, last.trailingHeaders());
                default -> 0;
            };
            if (message != null) {
                undecoded = 0;
            }
            if (bytes > 0 && !reuse.hold(connection, bytes)) {
                while (out.size() > next) {
                    ReferenceCountUtil.release(out.removeLast());
                }
                HttpObject failed = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
                fail(failed, MalformedResponse.noMemory());
                out.add(failed);
            }
        }

        /** Netty takes any number for a status (RFC 9112, 4: three digits). */
        @Override
        protected HttpMessage createMessage(String[] statusLine) {
            if (!STATUS.matcher(statusLine[1]).matches()) {
                throw new IllegalArgumentException("not a status");
            }
            return super.createMessage(statusLine);
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage response) {
            return isHead || super.isContentAlwaysEmpty(response);
        }

        private boolean passes(HttpObject part) {
            Throwable failure = part.decoderResult().cause();
            if (failure != null) {
                fail(part, MalformedResponse.because(failure));
                return true;
            }
            if (part instanceof HttpResponse response) {
                status = response.status();
                check(response);
            }
            if (isSwitch()) {
                return true;
            }
            if (status.codeClass() == HttpStatusClass.INFORMATIONAL) {
                return status.equals(HttpResponseStatus.EARLY_HINTS);
            }
            if (part instanceof LastHttpContent) {
                awaiting = false;
                if (!reuse.isAllowed()) {
                    // After whoever gets this end of the response.
                    Connections.channel(connection).eventLoop().execute(connection::close);
                }
            }
            return true;
        }

        private void check(HttpResponse response) {
            HttpVersion version = response.protocolVersion();
            if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
                fail(response, new MalformedResponse("its version is neither HTTP/1.1 nor HTTP/1.0"));
            } else if (isSwitch() && !isUpgrade) {
                fail(
                        response,
                        new MalformedResponse("it has status 101, and the request did not ask for another protocol"));
            } else if (response.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
                checkTransferEncoding(response);
            }
        }

        private void checkTransferEncoding(HttpResponse response) {
            try {
                RequestRules.checkTransferEncoding(response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING));
            } catch (Violation violation) {
                fail(response, new MalformedResponse("its transfer-encoding is not chunked, once"));
            }
        }

        private boolean isSwitch() {
            return status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
        }

        private static void fail(HttpObject part, MalformedResponse failure) {
            part.setDecoderResult(DecoderResult.failure(failure));
        }
    }
}
