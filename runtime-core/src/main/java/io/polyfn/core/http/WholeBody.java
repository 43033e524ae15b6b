package io.polyfn.core.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body that is there already, as a stream: all of it at once, then the end, unless the reader pauses in between. */
final class WholeBody implements ReadStream<Buffer> {
    private Buffer rest;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private boolean flowing;
    private boolean ended;

    WholeBody(Buffer body) {
        this.rest = body;
    }

    @Override
    public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> to) {
        return this;
    }

    @Override
    public ReadStream<Buffer> handler(@Nullable Handler<Buffer> to) {
        handler = to;
        return this;
    }

    @Override
    public ReadStream<Buffer> endHandler(@Nullable Handler<Void> to) {
        endHandler = to;
        return this;
    }

    @Override
    public ReadStream<Buffer> pause() {
        flowing = false;
        return this;
    }

    @Override
    public ReadStream<Buffer> resume() {
        return fetch(Long.MAX_VALUE);
    }

    @Override
    public ReadStream<Buffer> fetch(long amount) {
        flowing = true;
        if (rest.length() > 0 && handler != null) {
            Buffer all = rest;
            rest = Buffer.buffer(0);
            handler.handle(all);
        }
        if (flowing && !ended && endHandler != null) {
            ended = true;
            endHandler.handle(null);
        }
        return this;
    }
}
