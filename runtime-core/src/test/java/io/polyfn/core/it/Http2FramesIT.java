package io.polyfn.core.it;

import static io.polyfn.core.it.Http2Wire.DATA;
import static io.polyfn.core.it.Http2Wire.END_STREAM;
import static io.polyfn.core.it.Http2Wire.GET;
import static io.polyfn.core.it.Http2Wire.GOAWAY;
import static io.polyfn.core.it.Http2Wire.HEADERS;
import static io.polyfn.core.it.Http2Wire.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames of HTTP/2 that break a rule, and those that the core ends a connection or a stream with (RFC 9113). */
class Http2FramesIT {
    private static final int NO_ERROR = 0;
    private static final int PROTOCOL_ERROR = 1;
    private static final int INTERNAL_ERROR = 2;
    private static final int STREAM_CLOSED = 5;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    /** The stream is reset with the code of an error, never as if its caller had left; the connection goes on (decision 0050). */
    @ParameterizedTest(name = "{0}")
    @MethodSource("afterTheEnd")
    void whatFollowsTheEndOfARequestIsAStreamError(String what, Consumer<Http2Wire> broken) {
        CoreProcess core = cores.start("gate.js");
        try (Http2Wire wire = new Http2Wire(core)) {
            wire.request(1, Http2Wire.get("/held"));
            core.awaitStdout("begun GET /held");

            broken.accept(wire);

            assertThat(wire.await(RST_STREAM, 1).number(0)).isIn(PROTOCOL_ERROR, STREAM_CLOSED);
            wire.request(3, Http2Wire.get("/quick"));
            assertThat(wire.await(DATA, 3).flags() & END_STREAM).isNotZero();
        }
        core.awaitStderr("BadRequest: http /held failed");
        assertThat(core.stderr()).doesNotContain("ERROR");
    }

    static Stream<Arguments> afterTheEnd() {
        return Stream.of(
                arguments("HEADERS", wire -> wire.request(1, GET)),
                arguments("DATA", wire -> wire.send(DATA, END_STREAM, 1, new byte[1])));
    }

    private static Arguments arguments(String what, Consumer<Http2Wire> frames) {
        return Arguments.of(what, frames);
    }

    /** Everybody's requests may be on one connection (RFC 9113 section 8.1.1). */
    @Test
    void aMethodThatIsNoneCostsItsStreamOnly() {
        CoreProcess core = cores.start("answers.js");
        // A literal ":method: G T", then the scheme, the path and the authority of a GET.
        byte[] head = {0x02, 3, 'G', ' ', 'T', (byte) 0x86, (byte) 0x84, 0x41, 1, 'a'};

        try (Http2Wire wire = new Http2Wire(core)) {
            wire.request(1, head).request(3, GET);

            assertThat(wire.await(RST_STREAM, 1).number(0)).isEqualTo(PROTOCOL_ERROR);
            assertThat(wire.await(HEADERS, 3).stream()).isEqualTo(3);
        }
    }

    /** It is the one way to say that a response is not complete, so it must not say that there was no error. */
    @Test
    void aResponseThatBreaksOffEndsItsStreamWithAnError() {
        CoreProcess core = cores.start("failing.js");
        try (Http2Wire wire = new Http2Wire(core)) {
            wire.request(1, Http2Wire.get("/hang-up-in-answer"));

            assertThat(wire.await(HEADERS, 1).flags() & END_STREAM).isZero();
            assertThat(wire.await(RST_STREAM, 1).number(0)).isEqualTo(INTERNAL_ERROR);
        }
    }

    /** It is told twice: that the connection goes, and at the end which of its streams was the last one that counts. */
    @Test
    void aStopTellsACallerItsLastStream() {
        CoreProcess core = cores.start("gate.js");
        try (Http2Wire wire = new Http2Wire(core);
                Http2Wire silent = new Http2Wire(core)) {
            wire.request(1, Http2Wire.get("/held"));
            core.awaitStdout("begun GET /held");
            core.terminate();
            assertThat(wire.await(GOAWAY, 0).number(0)).isEqualTo(Integer.MAX_VALUE);

            wire.request(3, Http2Wire.get("/quick"));
            assertThat(wire.await(DATA, 3).flags() & END_STREAM)
                    .as("one that was on its way is served")
                    .isNotZero();
            Signals.send("USR2", core.workerPid());
            wire.await(HEADERS, 1);

            Http2Wire.Frame last = wire.await(GOAWAY, 0);
            assertThat(last.number(0)).isEqualTo(3);
            assertThat(last.number(4)).isEqualTo(NO_ERROR);
            assertThat(wire.ended()).isTrue();
            assertThat(silent.await(GOAWAY, 0).number(4)).isEqualTo(NO_ERROR);
            assertThat(silent.await(GOAWAY, 0).number(0)).isZero();
            assertThat(silent.ended()).isTrue();
        }
        assertThat(core.end().code()).isZero();
    }
}
