package io.polyfn.core.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnOutputTest {
    private final List<String> writes = new ArrayList<>();
    private final Queue<Runnable> endOfTurn = new ArrayDeque<>();
    private final TurnOutput output = new TurnOutput(
            new OutputStream() {
                @Override
                public void write(int b) {
                    throw new AssertionError("lines must be one write, not one for each byte");
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    writes.add(new String(bytes, offset, length, UTF_8));
                }
            },
            endOfTurn::add);
    private final EmbeddedChannel connection = connection();

    @Test
    void whatIsSentAfterALineWaitsForTheLinesOfTheTurn() {
        output.line("one\n");
        var _ = connection.writeAndFlush("response");
        output.line("two\n");
        assertThat(writes).isEmpty();
        assertThat(sent()).isNull();

        endTurn();

        assertThat(writes).containsExactly("one\ntwo\n");
        assertThat(sent()).isEqualTo("response");
        assertThat(endOfTurn).isEmpty();
    }

    @Test
    void withoutALineNothingWaits() {
        var _ = connection.writeAndFlush("response");

        assertThat(sent()).isEqualTo("response");
        assertThat(endOfTurn).isEmpty();
    }

    @Test
    void theNextTurnHasAWriteOfItsOwn() {
        output.line("one\n");
        endTurn();
        output.line("two\n");
        endTurn();

        assertThat(writes).containsExactly("one\n", "two\n");
    }

    @Test
    void manyLinesAreWrittenInWholeLinesOfAtMost4096Bytes() {
        String line = "x".repeat(999) + '\n';
        for (int i = 0; i < 10; i++) {
            output.line(line);
        }
        endTurn();

        assertThat(writes).containsExactly(line.repeat(4), line.repeat(4), line.repeat(2));
    }

    @Test
    void aConnectionThatIsClosedInTheTurnHasSentWhatItHad() {
        output.line("one\n");
        var _ = connection.writeAndFlush("response");
        var _ = connection.close();

        assertThat(writes).containsExactly("one\n");
        assertThat(sent()).isEqualTo("response");
        assertThat(connection.isOpen()).isFalse();
    }

    /** The end of a response is written, and the next request of the connection begins. */
    @Test
    void whatAFlushBeginsHasItsLineBeforeTheNextFlush() {
        EmbeddedChannel other = connection();
        List<String> atFlush = new ArrayList<>();
        output.line("one\n");
        var _ = connection.writeAndFlush("response").addListener(done -> output.line("two\n"));
        var _ = other.write("other").addListener(done -> atFlush.addAll(writes));
        other.flush();

        endTurn();

        assertThat(atFlush).containsExactly("one\n", "two\n");
    }

    @Test
    void aClosedStandardOutputFailsNothing() {
        TurnOutput broken = new TurnOutput(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                endOfTurn::add);
        broken.precede(connection);
        broken.line("one\n");
        var _ = connection.writeAndFlush("response");

        assertThatCode(this::endTurn).doesNotThrowAnyException();
        assertThat(sent()).isEqualTo("response");
    }

    /** A hook may come first. */
    @Test
    void beforeTheFirstConnectionEachLineIsWrittenAtOnce() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        TurnOutput early = new TurnOutput(bytes);

        early.line("one\n");

        assertThat(bytes.toString(UTF_8)).isEqualTo("one\n");
    }

    private EmbeddedChannel connection() {
        EmbeddedChannel channel = new EmbeddedChannel();
        output.precede(channel);
        return channel;
    }

    private void endTurn() {
        endOfTurn.remove().run();
    }

    private @Nullable String sent() {
        return connection.readOutbound();
    }
}
