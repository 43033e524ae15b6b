package io.polyfn.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WholeBodyTest {
    private final List<String> events = new ArrayList<>();

    @Test
    void nothingFlowsBeforeItIsResumed() {
        reading(new WholeBody(Buffer.buffer("abc")));

        assertThat(events).isEmpty();
    }

    @Test
    void allOfItComesAtOnceAndThenTheEndOnce() {
        WholeBody body = reading(new WholeBody(Buffer.buffer("abc")));

        body.resume();
        body.resume();

        assertThat(events).containsExactly("abc", "end");
    }

    @Test
    void anEmptyBodyIsAnEndWithoutAChunk() {
        reading(new WholeBody(Buffer.buffer())).resume();

        assertThat(events).containsExactly("end");
    }

    @Test
    void aReaderThatPausesGetsTheEndWhenItResumes() {
        WholeBody body = new WholeBody(Buffer.buffer("abc"));
        body.handler(chunk -> {
            events.add(chunk.toString());
            body.pause();
        });
        body.endHandler(end -> events.add("end"));

        body.resume();
        assertThat(events).containsExactly("abc");
        body.resume();
        assertThat(events).containsExactly("abc", "end");
    }

    private WholeBody reading(WholeBody body) {
        body.handler(chunk -> events.add(chunk.toString()));
        body.endHandler(end -> events.add("end"));
        return body;
    }
}
