package io.polyfn.core.link.push;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.link.ResponseMemory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.WriteStream;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a tunnel, with back-pressure. In a WebSocket the core can say the last word: nothing passes after its close frame, and what
 * comes is only looked at for the close frame of the other side.
 */
final class TunnelFlow {
    private final WorkerClient client;
    private final NetSocket from;
    private final WriteStream<Buffer> to;
    private final ResponseMemory unread;
    private final @Nullable WebSocketFrames frames;
    private final Buffer closeFrame;
    private final Promise<Void> over = Promise.promise();
    private boolean goingAway;
    private boolean saidLast;
    private boolean discards;
    private boolean paused;
    /** Null until {@code from} has ended. */
    private @Nullable Runnable atEnd;

    /**
     * @param unread for what {@code to} does not read
     * @param frames of this direction; null if this is no WebSocket
     * @param closeFrame for {@code to}
     */
    TunnelFlow(
            WorkerClient client,
            NetSocket from,
            WriteStream<Buffer> to,
            ResponseMemory unread,
            @Nullable WebSocketFrames frames,
            Buffer closeFrame) {
        this.client = client;
        this.from = from;
        this.to = to;
        this.unread = unread;
        this.frames = frames;
        this.closeFrame = closeFrame;
    }

    /**
     * Begins to pass what comes.
     *
     * @param passed runs after that
     * @param ended runs when {@code from} has ended and all that came from it has passed
     * @return completed when {@code from} is closed, which may be before that: what came waits while {@code to} is full
     */
    Future<Void> start(Runnable passed, Runnable ended) {
        from.handler(data -> {
            pass(data);
            passed.run();
        });
        from.endHandler(end -> {
            atEnd = ended;
            endIfPassed();
        });
        // Its end follows.
        from.exceptionHandler(broken -> {});
        from.closeHandler(closed -> over.tryComplete());
        return over.future();
    }

    /**
     * Sends the close frame when the message under way is complete; when called again, between any two frames. In the middle of a frame
     * nothing can be said.
     */
    void goAway() {
        boolean again = goingAway;
        goingAway = true;
        if (frames != null && (again ? frames.isBetweenFrames() : frames.isBetweenMessages())) {
            sayLast(frames);
        }
    }

    /** Whether the core has sent its close frame. */
    boolean hasSaidLast() {
        return saidLast;
    }

    /** Whether {@code from} has sent its close frame. */
    boolean isClosed() {
        return frames != null && frames.isClosed();
    }

    private void pass(Buffer data) {
        if (frames == null) {
            if (!discards) {
                write(data);
            }
            return;
        }
        int passed = discards ? 0 : frames.follow(data, 0, goingAway);
        if (passed == data.length()) {
            write(data);
        } else if (passed > 0) {
            write(data.slice(0, passed));
        }
        if (goingAway && frames.isBetweenMessages()) {
            sayLast(frames);
        }
        frames.follow(data, passed, false);
    }

    /** Nothing may follow a close frame: if there has been one already, it was the last word. */
    private void sayLast(WebSocketFrames at) {
        if (!discards && !at.isClosed()) {
            saidLast = true;
            var _ = to.write(closeFrame.copy());
            discard();
        }
    }

    /** From now on nothing passes. */
    void discard() {
        discards = true;
        resume();
    }

    private void write(Buffer data) {
        var _ = to.write(data);
        if (to.writeQueueFull()) {
            paused = true;
            from.pause();
            to.drainHandler(drained -> resume());
            growOrClose();
        }
    }

    private void resume() {
        paused = false;
        unread.clear();
        from.resume();
        // A worker's end does not wait in line: what came before it passes first, from the event loop.
        client.later(this::endIfPassed);
    }

    private void endIfPassed() {
        if (!paused && atEnd != null) {
            atEnd.run();
        }
    }

    private void growOrClose() {
        try {
            unread.grow();
        } catch (InvocationFailure noMemory) {
            to.end();
        }
    }
}
