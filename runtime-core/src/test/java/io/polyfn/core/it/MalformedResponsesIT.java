package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that send more, or something else, than one response per request: only the caller that asked for it has to do with it. */
class MalformedResponsesIT {
    private static final int CALLERS = 5;

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    /** Those that can be told from a response come first: after one of them, each connection carries one request. */
    private static final List<String> ODD = List.of(
            "GET /processing",
            "GET /processing-apart",
            "GET /early-hints",
            "GET /too-long",
            "GET /too-long-apart",
            "GET /two",
            "GET /chunks-and-more",
            "GET /no-content",
            "GET /not-modified",
            "HEAD /head",
            "GET /switch",
            "GET /version",
            "GET /not-http",
            "GET /status-1000",
            "GET /gzip-chunked",
            "GET /two-late");

    @ParameterizedTest
    @ValueSource(strings = {"socket", "port"})
    void everyCallerGetsTheResponseToItsOwnRequest(String link) {
        CoreProcess core = CORES.with("malformed.js").env("LINK", link).start().listening();
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<List<String>>> callers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                String caller = "caller " + i;
                callers.add(CompletableFuture.supplyAsync(() -> foreignTo(core, caller, over), threads));
            }
            for (int round = 0; round < 20; round++) {
                for (String odd : ODD) {
                    String[] request = odd.split(" ", 2);
                    assertThat(core.call(request[0], request[1], null).text())
                            .as(odd)
                            .doesNotContain("secret", "caller");
                }
            }
            over.set(true);
        }

        assertThat(callers).allSatisfy(foreign -> assertThat(foreign.join()).isEmpty());
        assertThat(core.readyWorkers()).isEqualTo(1);
    }

    /** What a caller got instead of its own. */
    private static List<String> foreignTo(CoreProcess core, String caller, AtomicBoolean over) {
        List<String> foreign = new ArrayList<>();
        for (int n = 0; !over.get(); n++) {
            String sent = caller + ", request " + n;
            var answer = core.call("POST", "/echo", sent.getBytes(UTF_8));
            if (answer.status() != 200 || !answer.text().equals(sent)) {
                foreign.add(answer.status() + " " + answer.text());
            }
        }
        return foreign;
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /processing, 200, ''",
        "GET, /processing-apart, 200, ''",
        "GET, /too-long, 200, hello",
        "GET, /two, 200, hello",
        "GET, /chunks-and-more, 200, hello",
        "GET, /no-content, 204, ''",
        "GET, /not-modified, 304, ''",
        "HEAD, /head, 200, ''"
    })
    void theResponseIsWhatHttpTakesForIt(String method, String path, int status, String body) {
        CoreProcess core = CORES.with("malformed.js").start().listening();

        var answer = core.call(method, path, null);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(body);
        assertThat(core.call("POST", "/echo", "mine".getBytes(UTF_8)).text()).isEqualTo("mine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/switch",
                "/version",
                "/not-http",
                "/status-1000",
                "/status-20",
                "/status-099",
                "/status-plus",
                "/gzip-chunked",
                "/chunked-twice",
                "/gzip"
            })
    void whatIsNoResponseFailsWithoutBeingQuoted(String path) {
        CoreProcess core = CORES.with("malformed.js").start().listening();

        var answer = core.get(path);

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.failure()).isEqualTo("BadWorkerAnswer");
        assertThat(answer.text()).contains("the worker's response is malformed").doesNotContain("secret");
    }

    /** An event's status becomes 200, so what was the length of no body would be the length of one. */
    @ParameterizedTest
    @ValueSource(strings = {"/no-content", "/not-modified", "/not-modified-length"})
    void anEventThatIsAnsweredWithoutABodyHasNoLength(String what) {
        CoreProcess core = CORES.with("malformed.js").start().listening();
        try (Wire wire = core.connect()) {
            var first = wire.invoke("{}", "x-do: " + what).answer();
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.header("content-length")).isEqualTo("0");
            assertThat(first.header("transfer-encoding")).isEmpty();

            var next = wire.request("POST", "/echo", "mine".getBytes(UTF_8)).answer();
            assertThat(next.status()).isEqualTo(200);
            assertThat(next.text()).isEqualTo("mine");
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, /no-content, ''", "GET, /not-modified-length, 100", "HEAD, /head, 6"})
    void onlyHeadAnd304HaveTheLengthOfAnAbsentBody(String method, String path, String length) {
        CoreProcess core = CORES.with("malformed.js").start().listening();
        try (Wire wire = core.connect()) {
            assertThat(wire.request(method, path, null).answer(method).header("content-length"))
                    .isEqualTo(length);
            assertThat(wire.request("POST", "/echo", "mine".getBytes(UTF_8))
                            .answer()
                            .text())
                    .isEqualTo("mine");
        }
    }

    @Test
    void anEventWhoseStatusIsNoneIsNoSuccess() {
        CoreProcess core = CORES.with("malformed.js").start().listening();

        var answer = core.invoke("{}", "x-do: /status-099");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.failure()).isEqualTo("BadWorkerAnswer");
    }

    @Test
    void trailersPassByTheRulesForHeaders() {
        CoreProcess core = CORES.with("malformed.js").start().listening();

        var answer = core.get("/trailers");

        assertThat(answer.text()).isEqualTo("hello");
        assertThat(answer.trailers()).containsExactly(new Wire.Header("x-sum", "1"));
    }

    @Test
    void earlyHintsArePassedOn() {
        CoreProcess core = CORES.with("malformed.js").start().listening();
        try (Wire wire = core.connect()) {
            wire.request("GET", "/early-hints", null);

            var hints = wire.readHead();
            assertThat(hints.status()).isEqualTo(103);
            assertThat(hints.header("link")).isEqualTo("</a.css>");
            assertThat(hints.header("connection")).isEmpty();
            assertThat(wire.answer().status()).isEqualTo(200);
        }
        try (Wire old = core.connect()) {
            old.send("GET /early-hints HTTP/1.0\r\n\r\n");
            assertThat(old.readHead().status()).isEqualTo(200);
        }
    }

    @Test
    void hintsThatTheirCallerDoesNotTakeAreDropped() {
        CoreProcess core = CORES.with("malformed.js").start().listening();
        try (Wire wire = core.connect()) {
            wire.request("GET", "/many-hints", null);
            core.awaitStdout("all hints given away");

            int hints = 0;
            Wire.Head head = wire.readHead();
            while (head.status() == 103) {
                hints++;
                head = wire.readHead();
            }

            assertThat(head.status()).isEqualTo(200);
            assertThat(hints).isBetween(1, 10_000);
        }
        assertThat(core.get("/large-hints").status()).isEqualTo(200);
    }

    @Test
    void whoSendsMoreThanAResponseIsToldOnce() {
        CoreProcess core = CORES.with("malformed.js").start().listening();

        core.get("/too-long");
        core.awaitStderr("the worker sent more than the response to a request");
        core.get("/too-long");
        core.get("/two");

        assertThat(core.stderr().split("the worker sent more", -1)).hasSize(2);
    }
}
