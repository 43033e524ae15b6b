package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.failure.FailureCode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a caller sends over HTTP/1.1: each request gets one response, to what was sent and nothing else; what is no request ends the
 * connection; others do not notice. A strict reader of our own says what was sent (decision 0054).
 */
class RandomRequestsIT {
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "te",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect");
    /** What the core says to the worker, and what it frames a body with. */
    private static final List<String> OF_THE_CORE =
            List.of("x-fc-", "x-forwarded-", "x-request-id", "content-length", "transfer-encoding");

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;
    private static long worker;
    private static Wire neighbour;
    private static int token;
    private static int mostSeen;

    @BeforeAll
    static void start() {
        core = CORES.start("witness.js");
        worker = core.workerPid();
        neighbour = core.connect();
    }

    @AfterAll
    static void sameWorker() {
        neighbour.close();
        assertThat(core.workerPids()).containsExactly(worker);
        assertThat(ProcessHandle.of(worker)).isPresent();
        assertThat(core.stderr()).doesNotContain("ERROR");
    }

    @Test
    void eachRequestGetsItsResponseWhateverIsSent() {
        new Tries(100).each(Talk.class, RandomRequests::any, RandomRequestsIT::check);
    }

    @Test
    void whatIsValidReachesTheFunctionAsItWasSent() {
        new Tries(100).each(Talk.class, RandomRequests::valid, talk -> {
            assertThat(StrictRequests.read(talk.bytes()))
                    .allSatisfy(reading -> assertThat(reading).isInstanceOf(StrictRequests.Request.class));
            check(talk);
        });
    }

    /** Each of them failed once. */
    static Stream<String> kept() {
        return Stream.of(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, keep-alive\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n",
                " P / HTTP/1.1\r\ne:\r\nHost:t\r\nh:\r\n\r\n",
                "\u0085P / HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u007fP / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("kept")
    void whatFailedOnce(String talk) {
        converse(Talk.of(talk));
    }

    private static void check(Talk talk) {
        try {
            converse(talk);
        } catch (AssertionError failed) {
            String place = place(failed);
            Talk shrunk = talk.shrunk(shorter -> place(shorter).equals(place));
            throw new AssertionError(failed.getMessage() + "\nsent: " + shrunk.literal(), failed);
        }
    }

    private static String place(Talk talk) {
        try {
            converse(talk);
            return "";
        } catch (AssertionError failed) {
            return place(failed);
        }
    }

    /** What is shorter and fails otherwise is another failure. */
    private static String place(AssertionError failed) {
        return Stream.of(failed.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(RandomRequestsIT.class.getPackageName()))
                .limit(2)
                .toList()
                .toString();
    }

    private static void converse(Talk talk) {
        List<StrictRequests.Reading> readings = StrictRequests.read(talk.bytes());
        mostSeen += readings.size();
        try (StrictAnswers connection = new StrictAnswers(core.port())) {
            connection.send(talk.pieces());
            assertThatNeighboursAreServed();
            boolean open = true;
            for (StrictRequests.Reading reading : readings) {
                open = open && answered(reading, connection);
            }
            if (open) {
                connection.endSending();
            }
            String rest = connection.rest();
            if (open && !readings.isEmpty() && readings.getLast() instanceof StrictRequests.Incomplete) {
                assertThat(rest.lines().filter(line -> line.startsWith("HTTP/1.1 ")))
                        .allSatisfy(line -> assertThat(line).matches("HTTP/1.1 (100|4..|50[15]) .*"));
                assertThat(rest.split("HTTP/1.1 [45]", -1)).hasSizeLessThanOrEqualTo(2);
            } else {
                assertThat(rest).as("after the last answer").isEmpty();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(seen()).as("requests that the function has seen").isLessThanOrEqualTo(mostSeen);
    }

    /** @return whether the connection goes on */
    private static boolean answered(StrictRequests.Reading reading, StrictAnswers connection) throws IOException {
        try {
            return switch (reading) {
                case StrictRequests.Request request -> served(request, connection.next(request.method()));
                case StrictRequests.Bad bad -> refused(bad.why(), connection.next("GET"));
                case StrictRequests.Incomplete incomplete -> true;
            };
        } catch (StrictAnswers.Ended ended) {
            throw new AssertionError("the connection ended without an answer to " + reading, ended);
        }
    }

    private static boolean served(StrictRequests.Request request, Wire.Answer answer) {
        if (request.doubtful() && answer.status() != 200) {
            return refused("doubtful", answer);
        }
        assertThat(answer.status()).as("%s", request).isEqualTo(200);
        // Over HTTP/1.0 it need not be said.
        boolean saysClose = answer.head().all("connection").contains("close")
                || (answer.head().version().equals("HTTP/1.0") && request.last());
        assertThat(saysClose).as("whether it closes after %s", request).isEqualTo(request.last());
        if (!request.method().equals("HEAD")) {
            assertThatItArrived(request, new JsonObject(answer.text()));
        }
        return !request.last();
    }

    private static boolean refused(String why, Wire.Answer answer) {
        assertThat(answer.status()).as(why).isIn(400, 414, 431, 501, 505);
        assertThat(answer.failure()).isEqualTo(FailureCode.BAD_REQUEST.wire());
        assertThat(answer.header("connection")).isEqualTo("close");
        return false;
    }

    private static void assertThatItArrived(StrictRequests.Request request, JsonObject seen) {
        assertThat(seen.getString("method")).isEqualTo(request.method());
        assertThat(seen.getString("url")).isEqualTo(request.target());
        byte[] body = request.body().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(seen.getString("sha256")).as("the body of %s", request).isEqualTo(CoreProcess.sha256(body));
        List<String> arrived = seen.getJsonArray("headers").stream()
                .map(Object::toString)
                .filter(line -> OF_THE_CORE.stream().noneMatch(line.toLowerCase(Locale.ROOT)::startsWith))
                .map(RandomRequestsIT::normal)
                .filter(line ->
                        !line.startsWith("host:") || !request.all("host").isEmpty())
                .sorted()
                .toList();
        assertThat(arrived).as("what arrived of %s", request).isEqualTo(endToEnd(request));
    }

    private static List<String> endToEnd(StrictRequests.Request request) {
        Set<String> dropped = new TreeSet<>(HOP_BY_HOP);
        for (String line : request.all("connection")) {
            for (String name : line.split(",", -1)) {
                dropped.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        List<String> lines = new ArrayList<>();
        for (Wire.Header header : request.headers()) {
            String line = header.name().toLowerCase(Locale.ROOT) + ":" + header.value();
            if (!dropped.contains(header.name().toLowerCase(Locale.ROOT))
                    && OF_THE_CORE.stream().noneMatch(line::startsWith)) {
                lines.add(line);
            }
        }
        return lines.stream().sorted().toList();
    }

    private static String normal(String line) {
        int colon = line.indexOf(':');
        return line.substring(0, colon).toLowerCase(Locale.ROOT) + ":"
                + line.substring(colon + 1).strip();
    }

    /** A caller whose connection is well-behaved gets its own answers all the time. */
    private static void assertThatNeighboursAreServed() {
        String own = "token-" + token++;
        Wire.Answer answer =
                neighbour.request("GET", "/count", null, "x-token: " + own).answer();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-token")).isEqualTo(own);
    }

    private static int seen() {
        return Integer.parseInt(
                neighbour.request("GET", "/count", null).answer().text());
    }
}
