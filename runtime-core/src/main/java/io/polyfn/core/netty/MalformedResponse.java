package io.polyfn.core.netty;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/**
 * What a worker sent is no HTTP/1.1 response. The message never quotes what it sent: Netty's own does, and it may be what another caller
 * was to get.
 */
public final class MalformedResponse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param reason continues "the worker's response is malformed:" */
    MalformedResponse(String reason) {
        super(reason, null, false, false);
    }

    static MalformedResponse noMemory() {
        return new MalformedResponse("its head is large, and the core's memory is taken");
    }

    static MalformedResponse because(Throwable cause) {
        if (cause instanceof MalformedResponse known) {
            return known;
        }
        return new MalformedResponse(
                cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException
                        ? "its head is too large"
                        : "it does not follow HTTP/1.1");
    }
}
