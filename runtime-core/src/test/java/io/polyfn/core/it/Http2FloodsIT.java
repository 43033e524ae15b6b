package io.polyfn.core.it;

import static io.polyfn.core.it.Http2Wire.CONTINUATION;
import static io.polyfn.core.it.Http2Wire.DATA;
import static io.polyfn.core.it.Http2Wire.END_HEADERS;
import static io.polyfn.core.it.Http2Wire.END_STREAM;
import static io.polyfn.core.it.Http2Wire.GET;
import static io.polyfn.core.it.Http2Wire.HEADERS;
import static io.polyfn.core.it.Http2Wire.PING;
import static io.polyfn.core.it.Http2Wire.POST;
import static io.polyfn.core.it.Http2Wire.RST_STREAM;
import static io.polyfn.core.it.Http2Wire.SETTINGS;
import static io.polyfn.core.it.Http2Wire.WINDOW_UPDATE;
import static io.polyfn.core.it.Http2Wire.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames of HTTP/2 that cost their sender little and the core much, on many connections at a time: others are served meanwhile. */
class Http2FloodsIT {
    private static final int CONNECTIONS = 50;
    /** Netty closes a connection that resets more of its streams within half a minute. */
    private static final int RESETS = 190;

    private static final int FRAMES = 20_000;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void othersAreServedMeanwhile(String what, byte[] frames) {
        CoreProcess core = cores.start("answers.js");
        long worker = core.workerPid();
        CompletableFuture<?> flood;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            flood = CompletableFuture.allOf(Stream.generate(
                            () -> CompletableFuture.runAsync(() -> send(core, frames), threads))
                    .limit(CONNECTIONS)
                    .toArray(CompletableFuture[]::new));
            do {
                assertThat(core.get("/early").status()).isEqualTo(200);
            } while (!flood.isDone());
        }

        assertThat(flood).isCompleted();
        assertThat(core.get("/early").status()).isEqualTo(200);
        assertThat(core.workerPid()).isEqualTo(worker);
        assertThat(core.stderr()).doesNotContain("ERROR");
    }

    static List<Arguments> floods() {
        byte[] open = frame(HEADERS, END_HEADERS, 1, POST);
        return List.of(
                Arguments.of("resets", resets(END_STREAM, GET, new byte[0])),
                Arguments.of("resets of uploads", resets((byte) 0, POST, new byte[1000])),
                Arguments.of("CONTINUATION", after(frame(HEADERS, 0, 1, GET), frame(CONTINUATION, 0, 1))),
                Arguments.of("PING", after(new byte[0], frame(PING, 0, 0, new byte[8]))),
                Arguments.of("SETTINGS", after(new byte[0], frame(SETTINGS, 0, 0))),
                Arguments.of("DATA", after(open, frame(DATA, 0, 1))),
                Arguments.of("DATA of one byte", after(open, frame(DATA, 0, 1, new byte[1]))),
                Arguments.of("requests", requests()),
                Arguments.of("WINDOW_UPDATE", after(open, frame(WINDOW_UPDATE, 0, 1, new byte[] {0, 0, 0, 1}))));
    }

    private static void send(CoreProcess core, byte[] frames) {
        try (Wire wire = core.connect()) {
            wire.send(Http2Wire.start()).send(frames);
        } catch (UncheckedIOException closed) {
            // As it should be.
        }
    }

    private static byte[] requests() {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int stream = 1; stream < 200; stream += 2) {
            frames.writeBytes(frame(HEADERS, END_HEADERS | END_STREAM, stream, GET));
        }
        return frames.toByteArray();
    }

    private static byte[] resets(byte flags, byte[] head, byte[] data) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int stream = 1; stream < 2 * RESETS; stream += 2) {
            frames.writeBytes(frame(HEADERS, END_HEADERS | flags, stream, head));
            if (data.length > 0) {
                frames.writeBytes(frame(DATA, 0, stream, data));
            }
            frames.writeBytes(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
        }
        return frames.toByteArray();
    }

    private static byte[] after(byte[] first, byte[] frame) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(first);
        for (int i = 0; i < FRAMES; i++) {
            frames.writeBytes(frame);
        }
        return frames.toByteArray();
    }
}
