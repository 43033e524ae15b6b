package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class PreludeEndTest {
    private static final String PRELUDE = "{\"statusCode\":201}";
    private static final Buffer WHOLE =
            Buffer.buffer(PRELUDE).appendBytes(new byte[PreludeEnd.LENGTH]).appendString("body");

    @Test
    void theEndIsFoundWhereverTheChunksAreCut() {
        for (int cut = 0; cut <= WHOLE.length(); cut++) {
            PreludeEnd end = new PreludeEnd();
            boolean inFirst = end.reached(WHOLE.getBuffer(0, cut));

            assertThat(inFirst).isEqualTo(cut >= PRELUDE.length() + PreludeEnd.LENGTH);
            assertThat(end.reached(WHOLE)).isTrue();
            assertThat(end.index()).isEqualTo(PRELUDE.length());
        }
    }

    @Test
    void byteByByteToo() {
        PreludeEnd end = new PreludeEnd();

        for (int length = 0; length < PRELUDE.length() + PreludeEnd.LENGTH; length++) {
            assertThat(end.reached(WHOLE.getBuffer(0, length))).isFalse();
            assertThat(end.index()).isEqualTo(-1);
        }
        assertThat(end.reached(WHOLE)).isTrue();
        assertThat(end.index()).isEqualTo(PRELUDE.length());
    }

    @Test
    void fewerZerosEndNothing() {
        PreludeEnd end = new PreludeEnd();
        Buffer almost =
                Buffer.buffer("a").appendBytes(new byte[7]).appendString("b").appendBytes(new byte[7]);

        assertThat(end.reached(almost)).isFalse();
        assertThat(end.index()).isEqualTo(-1);
        assertThat(end.reached(almost.appendBytes(new byte[1]))).isTrue();
        assertThat(end.index()).isEqualTo(9);
    }

    @Test
    void theFirstOfSeveralCounts() {
        PreludeEnd end = new PreludeEnd();

        assertThat(end.reached(Buffer.buffer("a").appendBytes(new byte[20]))).isTrue();

        assertThat(end.index()).isEqualTo(1);
    }
}
