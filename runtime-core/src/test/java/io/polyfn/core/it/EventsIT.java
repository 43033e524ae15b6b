package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code POST /invoke}: any bytes, the size limit, the status that FC looks at, the log markers. */
class EventsIT {
    private static final int LIMIT = 32 * 1024 * 1024;

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    @BeforeAll
    static void start() {
        core = CORES.with("events.js").env("FC_REGION", "cn-test").start().listening();
    }

    static Stream<Arguments> payloads() {
        return Stream.of(
                Arguments.of("text", "Sérverless, 无服务器".getBytes(UTF_8)),
                Arguments.of("nothing", new byte[0]),
                Arguments.of("one zero byte", new byte[1]),
                Arguments.of("1 MiB of anything", CoreProcess.random(1 << 20)),
                Arguments.of("CBOR", HexFormat.of().parseHex("bf6346756ef563416d7421ff")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("payloads")
    void anyBytesArriveAndReturnUnchanged(String name, byte[] payload) {
        var answer = core.call("POST", "/invoke", payload, "x-want-content-type: application/cbor");

        assertThat(answer.body()).isEqualTo(payload);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("x-fc-status")).isEqualTo("200");
        assertThat(answer.header("content-type")).isEqualTo("application/cbor");
        assertThat(answer.failure()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("payloads")
    void anyBytesArriveAndReturnUnchangedInChunks(String name, byte[] payload) {
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Transfer-Encoding: chunked", "x-want-chunks: yes");
            for (int i = 0; i < payload.length; i += 777) {
                wire.chunk(Arrays.copyOfRange(payload, i, Math.min(payload.length, i + 777)));
            }
            var answer = wire.lastChunk().answer();

            assertThat(answer.body()).isEqualTo(payload);
            assertThat(answer.header("x-fc-status")).isEqualTo("200");
        }
    }

    @Test
    void exactly32MiBPass() {
        byte[] payload = CoreProcess.random(LIMIT);

        assertThat(core.call("POST", "/invoke", payload).body()).isEqualTo(payload);
    }

    @Test
    void exactly32MiBPassInChunks() {
        byte[] mebibyte = CoreProcess.random(1 << 20);
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Transfer-Encoding: chunked");
            for (int i = 0; i < 32; i++) {
                wire.chunk(mebibyte);
            }

            assertThat(wire.lastChunk().answer().body()).hasSize(LIMIT);
        }
    }

    @Test
    void anAnnouncedByteMoreIs413AndNothingReachesTheFunction() {
        var answer = core.call("POST", "/invoke", new byte[LIMIT + 1], "x-fc-request-id: too-large-announced");

        assertTooLarge(answer);
        assertThat(core.stdout())
                .doesNotContain("begun too-large-announced")
                .contains("FC Invoke Start RequestId: too-large-announced\n")
                .contains("FC Invoke End RequestId: too-large-announced, Error: Unhandled function error\n");
    }

    @Test
    void aByteMoreInChunksIs413AndTheFunctionNeverSeesAWholeEvent() {
        int complete = core.countInStdout("complete " + LIMIT);
        byte[] mebibyte = new byte[1 << 20];
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Transfer-Encoding: chunked");
            for (int i = 0; i < 32; i++) {
                wire.chunk(mebibyte);
            }

            assertTooLarge(wire.chunk("x").lastChunk().answer());
        }
        assertThat(core.invoke("still there").text()).isEqualTo("still there");
        assertThat(core.stdout()).doesNotContain("complete " + (LIMIT + 1));
        assertThat(core.countInStdout("complete " + LIMIT)).isEqualTo(complete);
    }

    @Test
    void theLimitIsTheConfiguredOne() {
        CoreProcess small = CORES.with("events.js")
                .env("POLYFN_MAX_EVENT_SIZE", "1K")
                .start()
                .listening();

        assertThat(small.invoke("x".repeat(1024)).status()).isEqualTo(200);
        assertTooLarge(small.invoke("x".repeat(1025)));
    }

    @Test
    void aTooLargeEventLeavesItsConnectionUsable() {
        try (Wire wire = core.connect()) {
            assertTooLarge(wire.request("POST", "/invoke", new byte[LIMIT + 1]).answer());

            assertThat(wire.request("POST", "/invoke", "next".getBytes(UTF_8))
                            .answer()
                            .text())
                    .isEqualTo("next");
        }
    }

    @Test
    void aCallerThatAsksBeforeSendingIsToldToGoOnOnce() {
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Content-Length: 5", "Expect: 100-continue");

            assertThat(wire.readHead().status()).isEqualTo(100);

            var head = wire.send("hello").readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(wire.body(head, "POST").text()).isEqualTo("hello");
        }
    }

    @Test
    void aCallerThatAsksBeforeSendingTooMuchIsRefusedAtOnce() {
        try (Wire wire = core.connect()) {
            wire.head("POST", "/invoke", "Content-Length: " + (LIMIT + 1), "Expect: 100-continue");

            var head = wire.readHead();

            assertThat(head.status()).isEqualTo(413);
            assertThat(head.failure()).isEqualTo("PayloadTooLarge");
            // It will not send the body now, so nothing else can come on this connection.
            assertThat(head.header("connection")).isEqualToIgnoringCase("close");
            assertThat(wire.body(head, "POST").text()).contains("\"PayloadTooLarge\"");
            assertThat(wire.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // worker's status, worker's x-fc-status, the caller's status of both
        "200, , 200",
        "200, 200, 200",
        "201, , 200",
        "302, , 200",
        "400, , 404",
        "404, 404, 404",
        "500, , 404",
        "200, 404, 404",
        "200, 400, 404",
        "404, 200, 200",
    })
    void statusIsNormalisedToTheTwoValuesThatFcKnows(int status, String fcStatus, int expected) {
        String wanted = fcStatus == null ? "x-nothing: 1" : "x-want-x-fc-status: " + fcStatus;

        var answer = core.invoke("the event", "x-want-status: " + status, wanted);

        assertThat(answer.status()).isEqualTo(expected);
        assertThat(answer.head().all("x-fc-status")).containsExactly(Integer.toString(expected));
        assertThat(answer.text()).isEqualTo("the event");
    }

    @ParameterizedTest
    @CsvSource({
        "FunctionError, FunctionError",
        "HandlerNotFound, HandlerNotFound",
        "DeadlineExceeded, ''",
        "WorkerExited, ''",
        "Nonsense, ''"
    })
    void aWorkerMayNameItsOwnFailuresAndNotTheCores(String said, String passed) {
        var answer = core.invoke("{}", "x-want-status: 404", "x-want-x-polyfn-failure: " + said);

        assertThat(answer.failure()).isEqualTo(passed);
    }

    @Test
    void aSuccessIsMarkedByOneLineBeforeAndOneAfter() {
        core.invoke("a", "x-fc-request-id: 1-67a59f35-150c1267-f381ba1c085c", "x-fc-control-path: /invoke");

        assertThat(markersOf("1-67a59f35-150c1267-f381ba1c085c"))
                .containsExactly(
                        "FC Invoke Start RequestId: 1-67a59f35-150c1267-f381ba1c085c",
                        "begun 1-67a59f35-150c1267-f381ba1c085c /invoke",
                        "FC Invoke End RequestId: 1-67a59f35-150c1267-f381ba1c085c");
    }

    @Test
    void aFailureIsMarkedAsOne() {
        core.invoke("a", "x-fc-request-id: failing", "x-fc-control-path: /invoke", "x-want-x-fc-status: 404");

        assertThat(markersOf("failing"))
                .containsExactly(
                        "FC Invoke Start RequestId: failing",
                        "begun failing /invoke",
                        "FC Invoke End RequestId: failing, Error: Unhandled function error");
    }

    @ParameterizedTest
    @CsvSource({"a, x-none", "'', x-none", "1234, x-want-chunks"})
    void theEndIsMarkedBeforeTheCallerHasTheWholeAnswer(String event, String header) {
        for (int i = 0; i < 50; i++) {
            String id = "order-" + event + header + i;
            core.invoke(event, "x-fc-request-id: " + id, header + ": 1");
            // Not awaited: the platform may freeze the container as soon as the answer has ended.
            assertThat(core.stdout()).contains("FC Invoke End RequestId: " + id + "\n");
        }
    }

    @Test
    void aLocalCallGetsAnIdAndAContextFromTheEnvironment() {
        core.invoke("local");

        List<String> begun =
                core.stdout().lines().filter(l -> l.startsWith("begun 1-")).toList();
        assertThat(begun).isNotEmpty();
        assertThat(begun.getLast()).matches("begun 1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12} /invoke");
        String id = begun.getLast().split(" ", -1)[1];
        assertThat(markersOf(id)).hasSize(3);
    }

    @Test
    void anEmptyRequestIdIsAsGoodAsNone() {
        core.invoke("local", "x-fc-request-id: ");

        assertThat(core.stdout()).doesNotContain("RequestId: \n");
    }

    @Test
    void theControlPathDecidesWhatAnEventIs() {
        var throughHttpTrigger = core.invoke("a", "x-fc-control-path: /http-invoke", "x-want-status: 201");
        var eventElsewhere = core.call("POST", "/", "b".getBytes(UTF_8), "x-fc-control-path: /invoke");

        assertThat(throughHttpTrigger.status()).isEqualTo(201);
        assertThat(throughHttpTrigger.header("x-fc-status")).isEmpty();
        assertThat(eventElsewhere.header("x-fc-status")).isEqualTo("200");
    }

    @Test
    void manyEventsOnOneConnectionHaveOnePairOfMarkersEach() {
        try (Wire wire = core.connect()) {
            for (int i = 0; i < 100; i++) {
                wire.request("POST", "/invoke", ("e" + i).getBytes(UTF_8), "x-fc-request-id: kept-" + i);
                assertThat(wire.answer().text()).isEqualTo("e" + i);
            }
        }
        assertThat(core.countInStdout("FC Invoke Start RequestId: kept-")).isEqualTo(100);
        assertThat(core.countInStdout("FC Invoke End RequestId: kept-")).isEqualTo(100);
    }

    private static List<String> markersOf(String id) {
        return core.stdout().lines().filter(line -> line.contains(id)).toList();
    }

    private static void assertTooLarge(Wire.Answer answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.failure()).isEqualTo("PayloadTooLarge");
        assertThat(answer.header("x-fc-status")).isEqualTo("404");
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertThat(answer.text())
                .contains("\"errorMessage\"", "\"errorType\":\"PayloadTooLarge\"", "\"stackTrace\":[]");
    }
}
