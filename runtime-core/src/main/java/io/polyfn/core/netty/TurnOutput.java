package io.polyfn.core.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What a turn of the event loop puts out: its lines on standard output, in one write, and only then what its connections send.
 *
 * <p>So a line precedes what is sent after it, on any connection that was accepted, at the price of one write for all invocations that begin
 * or end in a turn (decision 0056). Requests over the push link need no such order: they are sent in a later turn ({@link
 * EventLoops#afterNextPoll}). Confined to the event loop.
 */
public final class TurnOutput {
    private static final Logger LOG = Logger.getLogger(TurnOutput.class);

    /** A write to a pipe is not mixed with what other processes write to it if it is no longer (POSIX: PIPE_BUF). */
    private static final int MOST_AT_ONCE = 4096;

    private final OutputStream out;
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream(MOST_AT_ONCE);
    private final Set<ChannelHandlerContext> held = new LinkedHashSet<>();
    private final Flushes flushes = new Flushes();
    /** Runs a task after what it has read in a turn. Null until there is a connection. */
    private @Nullable Executor loop;

    private boolean due;
    private boolean broken;

    public TurnOutput(OutputStream out) {
        this(out, null);
    }

    TurnOutput(OutputStream out, @Nullable Executor loop) {
        this.out = out;
        this.loop = loop;
    }

    /** Writes a line, which ends with a line feed, before anything is sent that is sent from now on. */
    public void line(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        if (lines.size() + bytes.length > MOST_AT_ONCE) {
            writeLines();
        }
        lines.writeBytes(bytes);
        if (loop == null) {
            writeLines();
        } else if (!due) {
            loop.execute(this::endTurn);
            due = true;
        }
    }

    /** To be called last for a new connection, by whatever thread: nothing may stand between this and the socket. */
    void precede(Channel connection) {
        connection.pipeline().addFirst(flushes);
    }

    private void endTurn() {
        due = false;
        writeLines();
        List<ChannelHandlerContext> ready = List.copyOf(held);
        held.clear();
        for (ChannelHandlerContext one : ready) {
            // The flush before may have begun something else, on this connection too.
            writeLines();
            one.flush();
        }
    }

    private void writeLines() {
        if (lines.size() == 0) {
            return;
        }
        try {
            lines.writeTo(out);
        } catch (IOException e) {
            // Standard output may be closed; an invocation must not fail for that. Report it once, on the other stream.
            if (!broken) {
                broken = true;
                LOG.warnf("log markers cannot be written to standard output: %s", e.getMessage());
            }
        }
        lines.reset();
    }

    @Sharable
    private final class Flushes extends ChannelOutboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            if (loop == null) {
                loop = context.executor();
            }
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            if (due) {
                held.add(context);
            } else {
                context.flush();
            }
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            if (held.remove(context)) {
                writeLines();
                context.flush();
            }
            var _ = context.close(promise);
        }
    }
}
