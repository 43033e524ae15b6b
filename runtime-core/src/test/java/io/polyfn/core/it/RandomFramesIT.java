package io.polyfn.core.it;

import static io.polyfn.core.it.Http2Wire.DATA;
import static io.polyfn.core.it.Http2Wire.HEADERS;
import static io.polyfn.core.it.Http2Wire.PING;
import static io.polyfn.core.it.Http2Wire.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.polyfn.core.failure.FailureCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whatever a caller sends over HTTP/2: the connection goes on or is ended, no stream gets two responses, others do not notice (decision
 * 0054).
 */
class RandomFramesIT {
    private static final int WITH_PRIORITY = 0x20;
    private static final byte[] LAST_PING = "the end.".getBytes(StandardCharsets.US_ASCII);
    /** Of the responses that a connection may bring before its window is used up. */
    private static final int REQUESTS_OF_A_NEIGHBOUR = 50;

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;
    private static long worker;
    private static Http2Wire neighbour;
    private static int stream = REQUESTS_OF_A_NEIGHBOUR * 2 + 1;

    @BeforeAll
    static void start() {
        core = CORES.start("witness.js");
        worker = core.workerPid();
    }

    @AfterAll
    static void sameWorker() {
        neighbour.close();
        assertThat(core.workerPids()).containsExactly(worker);
        assertThat(ProcessHandle.of(worker)).isPresent();
    }

    /** Frames that are whole: what follows them is read, and answered unless the connection ends. */
    @Test
    void aConnectionGoesOnOrIsEnded() {
        new Tries(100).each(Talk.class, RandomFrames::any, talk -> converse(talk, true));
    }

    /** Bytes that have changed on the way: where a frame ends is anybody's guess. */
    @Test
    void aConnectionEndsWithItsCaller() {
        new Tries(100).each(Talk.class, RandomFrames::mutated, talk -> converse(talk, false));
    }

    private static void converse(Talk talk, boolean whole) {
        try (StrictAnswers connection = new StrictAnswers(core.port())) {
            connection.send(talk.pieces());
            if (whole) {
                connection.send(Set.of(frame(PING, 0, 0, LAST_PING)));
            } else {
                connection.endSending();
            }
            assertThatNeighboursAreServed();
            read(connection, whole);
            connection.endSending();
            String unused = connection.rest();
            assertThat(unused).isNotNull();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AssertionError failed) {
            throw new AssertionError(failed.getMessage() + "\nsent: " + talk.literal(), failed);
        }
    }

    /** Until the connection ends or, where that is to be expected, the last PING is answered. */
    private static void read(StrictAnswers connection, boolean untilPing) throws IOException {
        DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);
        Set<Integer> answered = new HashSet<>();
        for (Http2Wire.Frame next = connection.frame(); next != null; next = connection.frame()) {
            if (untilPing && next.type() == HEADERS) {
                check(next, decoder, answered);
            }
            if (untilPing && next.type() == PING && Arrays.equals(next.payload().array(), LAST_PING)) {
                return;
            }
        }
    }

    private static void check(Http2Wire.Frame head, DefaultHttp2HeadersDecoder decoder, Set<Integer> answered) {
        try {
            int skipped = (head.flags() & WITH_PRIORITY) == 0 ? 0 : 5;
            Http2Headers headers = decoder.decodeHeaders(
                    head.stream(), Unpooled.wrappedBuffer(head.payload()).skipBytes(skipped));
            int status = Integer.parseInt(headers.status().toString());
            CharSequence failure = headers.get(FailureCode.HEADER);
            assertThat(status >= 500 && failure == null)
                    .as("a failure without a name: %s", headers)
                    .isFalse();
            assertThat(failure == null
                            || Stream.of(FailureCode.values())
                                    .anyMatch(code -> code.wire().contentEquals(failure)))
                    .as("a known failure: %s", failure)
                    .isTrue();
            assertThat(status < 200 || answered.add(head.stream()))
                    .as("the only response on stream %d", head.stream())
                    .isTrue();
        } catch (Http2Exception e) {
            throw new AssertionError("no head of a response: " + e.getMessage(), e);
        }
    }

    private static void assertThatNeighboursAreServed() {
        if (stream > REQUESTS_OF_A_NEIGHBOUR * 2) {
            if (neighbour != null) {
                neighbour.close();
            }
            neighbour = new Http2Wire(core);
            stream = 1;
        }
        String own = "/token-" + stream;
        neighbour.request(stream, Http2Wire.get(own));
        assertThat(new String(neighbour.await(DATA, stream).payload().array(), StandardCharsets.UTF_8))
                .contains("\"" + own + "\"");
        stream += 2;
    }
}
