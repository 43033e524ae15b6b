package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CloudEvents over HTTP to an event function, and its answers to a broker. */
class CloudEventsIT {
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final int MOST = 2 * 1024 * 1024;

    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    @BeforeAll
    static void start() {
        core = CORES.with("cloudevents.js")
                .env("POLYFN_CLOUDEVENTS", "on")
                .start()
                .listening();
    }

    @Test
    void aBinaryEventReachesTheFunctionAsOneObjectFromAnyPath() {
        var seen = seen(binary(
                core,
                "/any/path?with=query",
                "echo",
                "{\"n\": 1.10}",
                "Content-Type: application/json",
                "ce-subject: Euro%20%E2%82%AC",
                "ce-comexampleext: mine",
                "x-fc-request-id: binary",
                "x-want: request"));

        assertThat(seen.getString("body")).endsWith(",\"data\":{\"n\": 1.10}}");
        assertThat(new JsonObject(seen.getString("body")))
                .isEqualTo(new JsonObject()
                        .put("specversion", "1.0")
                        .put("id", "1")
                        .put("source", "/tests")
                        .put("type", "echo")
                        .put("subject", "Euro €")
                        .put("comexampleext", "mine")
                        .put("datacontenttype", "application/json")
                        .put("data", new JsonObject().put("n", 1.1)));
        assertThat(core.stdout())
                .contains("FC Invoke Start RequestId: binary\n", "FC Invoke End RequestId: binary\n")
                .contains("called POST /invoke /invoke application/octet-stream");
    }

    @Test
    void theFunctionSeesAnEventAndNoHeadersOfIt() {
        var headers = seen(binary(core, "/", "echo", "data", "x-want: request", "prefer: reply"))
                .getJsonObject("headers");

        assertThat(headers.getMap())
                .containsEntry("x-fc-control-path", "/invoke")
                .containsEntry("content-type", "application/octet-stream")
                .containsEntry("prefer", "reply")
                .containsKeys("content-length", "x-fc-request-id")
                .doesNotContainKeys("ce-id", "ce-specversion", "ce-type", "transfer-encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/invoke", "/events?a=b"})
    void aStructuredEventReachesTheFunctionUnalteredAndSoDoesABatch(String path) {
        String event = event("echo", ", \"data\" : [1.10] ");
        String batch = "[" + event + ", " + event + "]";

        assertThat(seen(post(path, STRUCTURED + "; charset=UTF-8", event, "x-want: request"))
                        .getString("body"))
                .isEqualTo(event);
        assertThat(seen(post(path, "application/cloudevents-batch+json", batch, "x-want: request"))
                        .getString("body"))
                .isEqualTo(batch);
    }

    @Test
    void anEventInChunksAfterBeingAskedForArrivesWhole() {
        try (Wire wire = core.connect()) {
            wire.head("POST", "/", "Transfer-Encoding: chunked", "Expect: 100-continue", "Content-Type: " + STRUCTURED);
            assertThat(wire.readHead().status()).isEqualTo(100);
            wire.chunk(event("echo", "").substring(0, 10))
                    .chunk(event("echo", "").substring(10));

            assertThat(wire.lastChunk().answer().text()).isEqualTo(event("echo", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({"application/json, {\"n\": 1.10}", "text/plain, café", "image/png, x\u0001y"})
    void aBinaryEventIsAnsweredWithABinaryEvent(String type, String data) {
        var answer = binary(core, "/", "echo", data, "Content-Type: " + type, "ce-subject: Euro%20%E2%82%AC");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo(data);
        assertThat(answer.header("content-type")).isEqualTo(type);
        assertThat(answer.header("ce-specversion")).isEqualTo("1.0");
        assertThat(answer.header("ce-id")).isEqualTo("1");
        assertThat(answer.header("ce-source")).isEqualTo("/tests");
        assertThat(answer.header("ce-type")).isEqualTo("echo");
        assertThat(answer.header("ce-subject")).isEqualTo("Euro%20%E2%82%AC");
        assertThat(answer.header("x-worker")).as("the answer's other headers").isEqualTo("yes");
        assertThat(answer.header("content-length")).isEqualTo(Integer.toString(data.getBytes(UTF_8).length));
        assertThat(answer.failure()).isEmpty();
    }

    @Test
    void aStructuredEventIsAnsweredWithAStructuredEvent() {
        String event = event("echo", ",\"data\":1.10");

        var answer = post("/", STRUCTURED, event);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo(STRUCTURED);
        assertThat(answer.header("ce-id")).isEmpty();
        assertThat(answer.header("x-worker")).as("the answer's other headers").isEqualTo("yes");
        assertThat(answer.header("x-fc-status")).isEqualTo("200");
        assertThat(answer.text()).isEqualTo(event);
    }

    @Test
    void aBatchMayBeAnsweredWithAnEvent() {
        String batch = "[" + event("first", "") + "," + event("second", "") + "]";

        var answer = post("/", "application/cloudevents-batch+json", batch);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo(STRUCTURED);
        assertThat(answer.text()).isEqualTo(event("first", ""));
        assertThat(post("/", "application/cloudevents-batch+json", "[]").status())
                .as("an array is no event")
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "value", "text", "large"})
    void anAnswerThatIsNoCloudEventIsDropped(String type) {
        for (var answer : List.of(binary(core, "/", type, ""), post("/", STRUCTURED, event(type, "")))) {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.body()).isEmpty();
            assertThat(answer.header("content-length")).isEqualTo("0");
            assertThat(answer.header("content-type")).isEmpty();
            assertThat(answer.failure()).isEmpty();
        }
    }

    @Test
    void anAttributeThatIsThereTwiceIsRefused() {
        var answer = binary(core, "/", "echo", "{}", "ce-id: another");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.failure()).isEqualTo("InvalidCloudEvent");
        assertThat(answer.text()).contains("has ce-id twice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no header", "folded header"})
    void anAnswerThatCannotBeSentIsDroppedWhole(String type) {
        var answer = binary(core, "/", type, "");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("ce-id")).isEmpty();
    }

    @Test
    void thatAnAnswerIsDroppedIsSaidOnce() {
        CoreProcess another = CORES.with("cloudevents.js")
                .env("POLYFN_CLOUDEVENTS", "on")
                .start()
                .listening();
        var _ = binary(another, "/", "nothing", "");
        assertThat(another.stderr()).doesNotContain("not a CloudEvent");

        var _ = binary(another, "/", "value", "");
        var _ = binary(another, "/", "text", "");

        assertThat(another.stderr())
                .containsOnlyOnce("dropped the function's response: it is not a CloudEvent: "
                        + "the CloudEvent has no id, no source, no specversion, no type");
    }

    @Test
    void aServerThatAnswersInBinaryModeItselfIsLeftAlone() {
        var answer = post("/", STRUCTURED, event("binary", ""));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("ce-id")).isEqualTo("answer to 1");
        assertThat(answer.header("content-type")).isEqualTo("text/plain");
        assertThat(answer.text()).isEqualTo("as it is");
    }

    @Test
    void anEventThatLacksSomethingIs400AndNothingReachesTheFunction() {
        var binary = core.call("POST", "/lacking", new byte[0], "ce-id: 1", "ce-specversion: 1.0");
        var structured =
                post("/lacking", STRUCTURED, "{\"specversion\":\"1.0\",\"id\":\"1\"}", "x-fc-request-id: lacking");
        var xml = post("/lacking", "application/cloudevents+xml", "<event/>");
        var notJson = binary(core, "/lacking", "echo", "{", "Content-Type: application/json");

        for (var answer : List.of(binary, structured, xml, notJson)) {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.failure()).isEqualTo("InvalidCloudEvent");
            assertThat(answer.header("content-type")).isEqualTo("application/json");
        }
        assertThat(binary.text()).contains("the CloudEvent has no ce-source, no ce-type");
        assertThat(structured.text()).contains("the CloudEvent has no source, no type");
        assertThat(xml.text()).contains("application/cloudevents+xml are not understood");
        assertThat(notJson.text()).contains("not JSON, as its content type says");
        assertThat(core.stdout())
                .doesNotContain("called POST /lacking")
                .contains("FC Invoke End RequestId: lacking, Error: Unhandled function error\n");
    }

    /** A broker tries again what has 404, 408, 409, 429 or 5xx. */
    @ParameterizedTest
    @CsvSource({
        "fail, 2, 500, FunctionError, '{\"errorMessage\":\"as told\"}'",
        "fail silently, 2, 500, , no",
        "break off, 2, 502, BadWorkerAnswer, closed the connection",
        "hang, 0.3, 504, DeadlineExceeded, 300 ms"
    })
    void aFailureHasTheStatusOfTheTableAndIsTriedAgain(
            String type, String timeout, int status, String code, String body) {
        var answer = binary(core, "/", type, "", "x-fc-function-timeout: " + timeout);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.failure()).isEqualTo(code == null ? "" : code);
        assertThat(answer.text()).contains(body).doesNotContain("specversion");
    }

    @Test
    void aWorkerThatEndsIs502() {
        CoreProcess another = CORES.with("cloudevents.js")
                .env("POLYFN_CLOUDEVENTS", "on")
                .start()
                .listening();

        var answer = binary(another, "/", "exit", "");

        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.failure()).isEqualTo("WorkerExited");
    }

    @Test
    void aLargeEventPassesAndALargerOneIs413() {
        String padding = event("nothing", ",\"data\":\"\"");
        String largest = event("nothing", ",\"data\":\"" + "x".repeat(MOST - padding.length()) + "\"");

        for (int i = 0; i < 5; i++) {
            assertThat(post("/", STRUCTURED, largest).status()).isEqualTo(202);
            assertThat(binary(core, "/", "nothing", "x".repeat(MOST), "Content-Type: image/png")
                            .status())
                    .isEqualTo(202);
            assertThat(binary(core, "/", "nothing", "\u0001".repeat(MOST), "Content-Type: text/plain")
                            .status())
                    .isEqualTo(202);
        }
        for (String type : List.of("image/png", "text/plain")) {
            var echo = binary(core, "/", "echo", "x".repeat(MOST), "Content-Type: " + type);
            assertThat(echo.body()).as(type).hasSize(MOST);
        }
        var announced = post("/", STRUCTURED, largest + " ");
        assertThat(announced.status()).isEqualTo(413);
        assertThat(announced.failure()).isEqualTo("PayloadTooLarge");
        assertThat(core.isAlive()).isTrue();
    }

    @Test
    void aBodyThatWouldMakeALargeTreeDoesNot() {
        String event = event("nothing", ",\"data\":[" + "{},".repeat(MOST / 3 - 100) + "{}]");

        assertThat(post("/", STRUCTURED, event).status()).isEqualTo(202);
        assertThat(core.isAlive()).isTrue();
    }

    @Test
    void moreLargeEventsAtOnceThanTheMemoryHoldsAreSentAwayForAWhile() {
        byte[] body = new byte[MOST - 1];
        List<Wire> callers = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            callers.add(core.connect()
                    .request(
                            "POST",
                            "/",
                            body,
                            "ce-specversion: 1.0",
                            "ce-id: 1",
                            "ce-source: /s",
                            "ce-type: hang",
                            "x-fc-function-timeout: 2"));
        }
        List<Integer> statuses = new ArrayList<>();
        for (Wire caller : callers) {
            try (caller) {
                var answer = caller.answer();
                statuses.add(answer.status());
                if (answer.status() == 429) {
                    assertThat(answer.failure()).isEqualTo("TooManyInvocations");
                    assertThat(answer.header("retry-after")).isEqualTo("1");
                }
            }
        }

        assertThat(statuses).containsOnly(429, 504);
        assertThat(core.isAlive()).isTrue();
        assertThat(binary(core, "/", "nothing", "x".repeat(MOST)).status()).isEqualTo(202);
    }

    @Test
    void theSettingIsOffByDefaultAndARequestPassesUnchanged() {
        CoreProcess off = CORES.start("cloudevents.js");

        var answer = off.call(
                "POST",
                "/a/path?q=1",
                "data".getBytes(UTF_8),
                "ce-specversion: 1.0",
                "ce-id: 1",
                "Content-Type: " + STRUCTURED,
                "x-want: request");

        assertThat(seen(answer).getString("body")).isEqualTo("data");
        assertThat(seen(answer).getJsonObject("headers").getMap())
                .containsEntry("ce-id", "1")
                .containsEntry("content-type", STRUCTURED);
        assertThat(off.stdout()).contains("called POST /a/path?q=1 /http-invoke " + STRUCTURED + " 4");
    }

    @Test
    void theSdkIsLoadedWithTheFirstCloudEventAndNotBefore() {
        CoreProcess watched = CORES.with("cloudevents.js")
                .env("POLYFN_CLOUDEVENTS", "on")
                .javaOption("-Xlog:class+load:stderr")
                .start()
                .listening();

        var _ = watched.invoke("event");
        assertThat(watched.stderr())
                .contains("io.polyfn.core.cloudevents.CloudEvents ")
                .doesNotContain("io.cloudevents.");
        var _ = binary(watched, "/", "echo", "data");
        assertThat(watched.stderr()).contains("io.cloudevents.");
    }

    @Test
    void aCallerThatLeavesOrIsSlowHoldsNothing() {
        for (int i = 0; i < 12; i++) {
            try (Wire wire = core.connect()) {
                wire.head("POST", "/", "Content-Length: " + MOST, "Content-Type: " + STRUCTURED)
                        .send(new byte[MOST / 2]);
            }
        }
        try (Wire wire = core.connect()) {
            wire.head("POST", "/", "Content-Length: 100", "Content-Type: " + STRUCTURED, "x-fc-function-timeout: 0.3");
            assertThat(wire.send("{").answer().status()).isEqualTo(504);
            wire.send("}".repeat(99));
        }

        await().untilAsserted(() -> assertThat(
                        binary(core, "/", "nothing", "x".repeat(MOST)).status())
                .isEqualTo(202));
    }

    @Test
    void whatIsNoCloudEventPassesUnchangedToo() {
        assertThat(core.call("POST", "/other", "data".getBytes(UTF_8), "Content-Type: application/json")
                        .text())
                .isEqualTo("data");
        assertThat(core.get("/other", "ce-specversion: 1.0").status()).isEqualTo(200);
        assertThat(core.invoke("event").header("x-fc-status")).isEqualTo("200");
        assertThat(core.stdout()).contains("called POST /other /http-invoke", "called GET /other /http-invoke");
    }

    @Test
    void anEventFunctionByItsSignatureTakesCloudEvents() {
        CoreProcess signed = CORES.with("cloudevents.js")
                .env("POLYFN_SIGNATURE", "event")
                .start()
                .listening();

        assertThat(binary(signed, "/", "echo", "data").header("ce-id")).isEqualTo("1");
    }

    @Test
    void aWrongSettingIsNamed() {
        CoreProcess wrong =
                CORES.with("cloudevents.js").env("POLYFN_CLOUDEVENTS", "maybe").start();

        assertThat(wrong.end().code()).isNotZero();
        assertThat(wrong.stderr()).contains("POLYFN_CLOUDEVENTS", "maybe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lambda", "fc"})
    void functionsOnTheRuntimeApiGetEventsToo(String dialect) {
        CoreProcess poller = CORES.with("poller.js")
                .env("DIALECT", dialect)
                .env("POLYFN_CLOUDEVENTS", "on")
                .start()
                .listening();
        String event = event("echo", ",\"data\":{\"n\":1.10}");
        String large = event("echo", ",\"data\":\"" + "x".repeat(200_000) + "\"");

        assertThat(post(poller, "/", STRUCTURED, event).text()).isEqualTo(event);
        assertThat(post(poller, "/", STRUCTURED, large).text()).isEqualTo(large);
        var binary = binary(poller, "/", "echo", "{\"n\":1.10}", "Content-Type: application/json");
        assertThat(binary.text()).isEqualTo("{\"n\":1.10}");
        assertThat(binary.header("ce-type")).isEqualTo("echo");
        assertThat(binary(poller, "/", "other", "").status())
                .as("no CloudEvent")
                .isEqualTo(202);
        var failed = binary(poller, "/", "fail", "");
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.failure()).isEqualTo("FunctionError");
        assertThat(failed.text()).contains("as told");
    }

    private static Wire.Answer binary(CoreProcess to, String path, String type, String data, String... more) {
        List<String> headers = new ArrayList<>(List.of(more));
        headers.addAll(List.of("ce-specversion: 1.0", "ce-id: 1", "ce-source: /tests", "ce-type: " + type));
        return to.call("POST", path, data.getBytes(UTF_8), headers.toArray(String[]::new));
    }

    private static Wire.Answer post(String path, String type, String body, String... more) {
        return post(core, path, type, body, more);
    }

    private static Wire.Answer post(CoreProcess to, String path, String type, String body, String... more) {
        List<String> headers = new ArrayList<>(List.of(more));
        headers.add("Content-Type: " + type);
        return to.call("POST", path, body.getBytes(UTF_8), headers.toArray(String[]::new));
    }

    private static String event(String type, String more) {
        return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/tests\",\"type\":\"" + type + "\"" + more + "}";
    }

    private static JsonObject seen(Wire.Answer answer) {
        var answered = new JsonObject(answer.text());
        return answered.getJsonObject("data", answered);
    }
}
