package io.polyfn.core.http;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/** A body that is there already, as a stream: piece by piece, because what is written is copied, then the end; unless the reader pauses. */
public final class WholeBody implements ReadStream<Buffer> {
    private static final int PIECE = 64 * 1024;

    private Buffer rest;
    private @Nullable Handler<Buffer> handler;
    private @Nullable Handler<Void> endHandler;
    private boolean flowing;
    private boolean ended;

    public WholeBody(Buffer body) {
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
        while (flowing && rest.length() > 0 && handler != null) {
            Buffer piece = rest.slice(0, Math.min(PIECE, rest.length()));
            // A slice keeps all of its buffer.
            rest = piece.length() == rest.length() ? Buffer.buffer(0) : rest.slice(piece.length(), rest.length());
            handler.handle(piece);
        }
        if (flowing && rest.length() == 0 && !ended && endHandler != null) {
            ended = true;
            endHandler.handle(null);
        }
        return this;
    }
}
