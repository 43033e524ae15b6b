package io.polyfn.core.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import java.nio.charset.StandardCharsets;

/**
 * Puts {@link RequestDecoder} in the place of Vert.x's own decoder. Vert.x sets a connection up when its first bytes show the HTTP
 * version, and reports it when the first request has been decoded already; so this handler comes first and does the same earlier.
 */
final class FirstBytes extends Http1xOrH2CHandler {
    /** The name that Vert.x looks its decoder up by. */
    private static final String DECODER = "httpDecoder";

    private static final byte[] EMPTY_LINE = "\r\n".getBytes(StandardCharsets.US_ASCII);

    private final HttpServerOptions options;

    FirstBytes(HttpServerOptions options) {
        this.options = options;
    }

    @Override
    protected void configure(ChannelHandlerContext context, boolean http2) {
        if (!http2) {
            // No preface of HTTP/2, so Vert.x sets up HTTP/1.1; and its decoder skips an empty line before a request.
            context.fireChannelRead(Unpooled.copiedBuffer(EMPTY_LINE));
            ChannelPipeline pipeline = context.pipeline();
            if (pipeline.get(DECODER) != null) {
                pipeline.replace(DECODER, DECODER, new RequestDecoder(options));
            }
        }
    }
}
