package io.polyfn.core.link;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/** A worker's whole response to a hook. */
public record HookResponse(int status, MultiMap headers, Buffer body) {
    public boolean succeeded() {
        return status >= 200 && status < 300;
    }
}
