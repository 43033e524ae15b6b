package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a function prints arrives unaltered, whatever it is, and never stops anybody. */
class OutputIT {
    /** The core's output goes through pipes, as in a container. */
    private static final String PIPED = "exec bash -c 'exec \"$@\" > >(exec cat) 2> >(exec cat >&2)' bash \"$@\"";

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess piped;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @BeforeAll
    static void start() {
        piped = CORES.with("noisy.js").through(PIPED).start().listening();
    }

    @ParameterizedTest
    @ValueSource(strings = {"stdout", "stderr"})
    void linesOfAnyLengthArriveUnalteredAndNobodyHangs(String stream) {
        for (int size : new int[] {65_530, 65_540, 1 << 20, 10 << 20}) {
            size = size / 10 * 10;
            assertThat(piped.get("/?to=" + stream + "&line=" + size).text()).isEqualTo("written");

            String whole = "<" + "0123456789".repeat(size / 10) + ">\n";
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> (stream.equals("stdout") ? piped.stdout() : piped.stderr()).contains(whole));
        }
        assertThat(piped.invoke("").text()).startsWith("written");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stdout", "stderr"})
    void binaryOutputArrivesUnaltered(String stream) {
        assertThat(piped.get("/?to=" + stream + "&binary").text()).isEqualTo("written");

        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 16 * 256; i++) {
            expected.append((char) (i % 256));
        }
        await().atMost(Duration.ofSeconds(10))
                .until(() -> new String(stream.equals("stdout") ? piped.stdoutBytes() : piped.stderrBytes(), ISO_8859_1)
                        .contains(expected));
    }

    @Test
    void whatAFunctionPrintsStandsBetweenItsMarkers() {
        CoreProcess core = cores.start("noisy.js");
        for (int i = 0; i < 100; i++) {
            core.get("/?text=printed-" + i, "x-fc-request-id: " + i);

            List<String> lines = core.stdout().lines().toList();
            assertThat(lines.subList(lines.size() - 3, lines.size()))
                    .containsExactly(
                            "FC Invoke Start RequestId: " + i, "printed-" + i, "FC Invoke End RequestId: " + i);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "closed stdout, exec \"$@\" >&-",
        "closed stderr, exec \"$@\" 2>&-",
        "both closed, exec \"$@\" >&- 2>&-",
        "a reader of stdout that went away, exec bash -c 'exec \"$@\" > >(exec true)' bash \"$@\"",
        "a reader of stderr that went away, exec bash -c 'exec \"$@\" 2> >(exec true)' bash \"$@\"",
    })
    void outputThatNobodyReadsStopsNobody(String what, String script) {
        int port = Ports.free();
        CoreProcess core =
                cores.with("noisy.js").env("POLYFN_PORT", port).through(script).start();
        await().atMost(Duration.ofSeconds(20)).until(() -> accepts(port));

        for (int i = 0; i < 20; i++) {
            for (String stream : List.of("stdout", "stderr")) {
                try (Wire wire = new Wire(port)) {
                    assertThat(wire.request("GET", "/?line=100000&to=" + stream, null)
                                    .answer()
                                    .status())
                            .isEqualTo(200);
                }
            }
        }
        assertThat(core.stop().code()).isZero();
    }

    @Test
    void credentialsAreNeverLogged() {
        CoreProcess core = cores.with("failing.js")
                .env("QUARKUS_LOG_CATEGORY__IO_POLYFN__LEVEL", "DEBUG")
                .start()
                .listening();

        core.get("/ok", "x-fc-access-key-secret: geheim", "x-fc-security-token: geheim", "x-fc-access-key-id: geheim");
        core.get("/hang-up", "x-fc-access-key-secret: geheim", "x-fc-security-token: geheim");
        core.get("/kill", "x-fc-access-key-secret: geheim", "x-fc-security-token: geheim");

        core.awaitStderr("startup: ");
        assertThat(core.stderr()).doesNotContain("geheim");
        assertThat(core.stdout()).doesNotContain("geheim");
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }
}
