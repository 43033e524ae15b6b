package io.polyfn.core.http;

import io.polyfn.core.netty.Connections;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A request as the core sees it: method, target, headers, and a body that is paused until something reads it, once. */
public final class Inbound {
    /** The length of a body that announces none. */
    public static final long UNKNOWN = -1;

    private final HttpServerRequest request;
    private final String uri;
    private final MultiMap headers;
    private final ReadStream<Buffer> body;
    private final long length;

    private Inbound(HttpServerRequest request, String uri, MultiMap headers, ReadStream<Buffer> body) {
        this.request = request;
        this.uri = uri;
        this.headers = headers;
        this.body = body;
        this.length = HeaderRules.contentLength(headers);
    }

    /** The request as it came; pauses its body. */
    public static Inbound of(HttpServerRequest request) {
        request.pause();
        return new Inbound(request, request.uri(), request.headers(), request);
    }

    /** The same caller's request with another target, other headers and another body. */
    public Inbound with(String otherUri, MultiMap otherHeaders, Buffer otherBody) {
        return new Inbound(request, otherUri, otherHeaders, new WholeBody(otherBody));
    }

    /** The same request with another target. */
    public Inbound withTarget(String otherUri) {
        return new Inbound(request, otherUri, headers, body);
    }

    public HttpMethod method() {
        return request.method();
    }

    public String uri() {
        return uri;
    }

    /** Without the query; null for a CONNECT over HTTP/2. */
    public @Nullable String path() {
        return request.path();
    }

    public HttpVersion version() {
        return request.version();
    }

    public boolean isHttp2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    public MultiMap headers() {
        return headers;
    }

    public @Nullable String header(CharSequence name) {
        return headers.get(name);
    }

    /** The caller's address; empty where the transport has none. */
    public String remoteHost() {
        String host =
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        return host == null ? "" : host;
    }

    /** The host that the request is for: HTTP/2 has a pseudo-header for it. */
    @Nullable
    HostAndPort authority() {
        return request.authority();
    }

    public ReadStream<Buffer> body() {
        return body;
    }

    /** The announced length of the body in bytes, or {@link #UNKNOWN}. */
    public long length() {
        return length;
    }

    /** Bytes of the body that have arrived. */
    public long bytesRead() {
        return request.bytesRead();
    }

    /** Whether the request has no body, as far as its head says. */
    public boolean hasNoBody() {
        if (length != UNKNOWN) {
            return length == 0;
        }
        return isHttp2()
                ? Connections.isBodiless(request.connection(), request.streamId())
                : !headers.contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Whether this is an upgrade, such as to WebSocket. One with a body (RFC 9110 7.8) is passed on as a plain request. */
    public boolean isUpgrade() {
        return !isHttp2() && hasNoBody() && HeaderRules.asksForUpgrade(headers);
    }

    /** Takes over the connection after a 101 response. */
    public Future<NetSocket> toNetSocket() {
        return request.toNetSocket();
    }

    /** Reads and discards what is left of the body, because a caller that is still sending does not read its response. */
    public void discardBody() {
        body.handler(ignored -> {});
        body.resume();
    }
}
