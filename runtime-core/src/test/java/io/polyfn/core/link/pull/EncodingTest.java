package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodingTest {
    private static final String TEXT = "plain \"quoted\" \\ \n \u0001 \u00e4 \u20ac \ud83d\ude00 end";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 1000})
    void textIsTheSameHoweverItIsCut(int size) {
        assertThat(encoded(new Encoding.TextString(), TEXT.getBytes(StandardCharsets.UTF_8), size))
                .isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 1000})
    void bytesAreTheSameHoweverTheyAreCut(int size) {
        for (int length = 0; length < 10; length++) {
            byte[] bytes = new byte[length];
            new Random(length).nextBytes(bytes);

            assertThat(Base64.getDecoder().decode(encoded(new Encoding.Base64String(), bytes, size)))
                    .isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000})
    void whatIsNoTextIsReplaced(int size) {
        assertThat(encoded(
                        new Encoding.TextString(), new byte[] {'a', (byte) 0xff, 'b', (byte) 0xe2, (byte) 0x82}, size))
                .isEqualTo("a\ufffdb\ufffd");
    }

    /** The value of a JSON object that ends as the encoding ends it. */
    private static String encoded(Encoding encoding, byte[] body, int size) {
        Buffer json = Buffer.buffer("{\"body\":\"");
        for (int from = 0; from < body.length; from += size) {
            Buffer piece = Buffer.buffer().appendBytes(body, from, Math.min(size, body.length - from));
            json.appendBuffer(encoding.encode(piece));
        }
        return new JsonObject(json.appendBuffer(encoding.end())).getString("body");
    }
}
