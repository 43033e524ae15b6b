package io.polyfn.core;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyIterable;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.polyfn.core.testing.FunctionFolder;
import io.polyfn.core.worker.WorkerState;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole core in this process, with a real worker, on its real ports: the public one, and the control plane's. */
@QuarkusTest
@WithTestResource(FunctionFolder.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CoreTest {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Inject
    @SuppressWarnings("NullAway.Init")
    DataPlane dataPlane;

    @BeforeEach
    void theWorkerIsReady() {
        await().atMost(Duration.ofSeconds(20)).until(() -> dataPlane.workers().state() instanceof WorkerState.Ready);
        await().atMost(Duration.ofSeconds(20)).until(() -> dataPlane.server().actualPort() > 0);
    }

    /** In a container the end of the core's process ends the worker, too; here that process goes on. */
    @AfterAll
    void endTheWorker() throws Exception {
        dataPlane
                .workers()
                .stop(Duration.ofSeconds(5))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        assertThat(dataPlane.workers().state()).isInstanceOf(WorkerState.Stopped.class);
    }

    @Test
    void anEventIsAnsweredWithItsStatus() {
        core().body("Serverless")
                .post("/invoke")
                .then()
                .statusCode(200)
                .header("x-fc-status", "200")
                .header("x-polyfn-failure", nullValue())
                .body(equalTo("Hello, Serverless"));
    }

    @Test
    void aCallWithoutAPlatformGetsAnIdAndAControlPath() {
        core().body("headers")
                .post("/invoke")
                .then()
                .statusCode(200)
                .body("", hasEntry("x-fc-control-path", "/invoke"))
                .body("'x-fc-request-id'", matchesPattern("1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}"));
    }

    @Test
    void thePlatformsHeadersPassUnaltered() {
        core().header("x-fc-request-id", "1-aa-bb-cc")
                .header("x-fc-control-path", "/invoke")
                .header("x-fc-function-timeout", "60")
                .body("headers")
                .post("/invoke")
                .then()
                .body("", hasEntry("x-fc-request-id", "1-aa-bb-cc"))
                .body("'x-fc-function-deadline'", matchesPattern("[0-9]{13}"));
    }

    @Test
    void anEventThatFailsAnswers404WithTheFunctionsOwnError() {
        core().body("fail")
                .post("/invoke")
                .then()
                .statusCode(404)
                .header("x-fc-status", "404")
                .header("x-polyfn-failure", "FunctionError")
                .body(containsString("as told"));
    }

    @Test
    void anEventThatIsTooLargeIsRejectedByTheCore() {
        core().body("x".repeat(1025))
                .post("/invoke")
                .then()
                .statusCode(413)
                .header("x-polyfn-failure", "PayloadTooLarge")
                .body("errorType", equalTo("PayloadTooLarge"))
                .body("stackTrace", emptyIterable());
    }

    @Test
    void aDeadlineEndsAnInvocationThatTheFunctionDoesNotAnswer() {
        core().header("x-fc-function-timeout", "0.2")
                .body("hang")
                .post("/invoke")
                .then()
                .header("x-fc-status", equalTo("404"))
                .header("x-polyfn-failure", "DeadlineExceeded");
    }

    @Test
    void anHttpRequestPassesThrough() {
        core().body("body")
                .put("/any/path?q=1")
                .then()
                .statusCode(201)
                .header("x-fc-status", nullValue())
                .header("x-fc-mine", nullValue())
                .header("date", not(equalTo("never")))
                .body(equalTo("PUT /any/path?q=1 body"));
    }

    @Test
    void theControlPathMakesAnInvokeAnHttpRequest() {
        core().header("x-fc-control-path", "/http-invoke")
                .body("x")
                .post("/initialize?really=no")
                .then()
                .statusCode(201)
                .body(equalTo("POST /initialize?really=no x"));
    }

    @Test
    void theInitializerRunsUntilItHasSucceededOnce() {
        core().post("/initialize")
                .then()
                .statusCode(404)
                .header("x-fc-status", "404")
                .body(equalTo("initialize 1"));
        core().post("/initialize")
                .then()
                .statusCode(200)
                .header("x-fc-status", "200")
                .body(equalTo("initialize 2"));
        core().post("/initialize").then().statusCode(200).body(equalTo("initialize 2"));
    }

    @Test
    void theOtherHooksReachTheFunctionEachTime() {
        for (int i = 0; i < 2; i++) {
            core().header("x-fc-request-id", "id-" + i)
                    .get("/pre-freeze")
                    .then()
                    .statusCode(200)
                    .header("x-fc-status", "200")
                    .body(equalTo("/pre-freeze for id-" + i));
        }
        core().header("x-fc-control-path", "/pre-stop")
                .header("x-fc-request-id", "stop")
                .get("/pre-stop")
                .then()
                .statusCode(200)
                .body(equalTo("/pre-stop for stop"));
    }

    @Test
    void healthTellsOfTheWorker() {
        for (String path : new String[] {"/health", "/health/ready", "/health/live"}) {
            management().get(path).then().statusCode(200).body("status", equalTo("UP"));
        }
        management().get("/health/ready").then().body("checks[0].data.state", containsString("ready at"));
    }

    @Test
    void metricsHaveTheNamesThatDashboardsKnow() {
        core().body("x").post("/invoke").then().statusCode(200);

        String metrics =
                management().get("/metrics").then().statusCode(200).extract().asString();

        assertThat(metrics)
                .containsPattern("polyfn_invocations_seconds_count\\{kind=\"event\",outcome=\"success\",?\\} [1-9]")
                .containsPattern("polyfn_invocations_seconds_bucket\\{.*le=\"0.1\".*\\} ")
                .containsPattern("polyfn_invocations_in_flight 0")
                .containsPattern("polyfn_worker_starts_total [1-9]")
                .containsPattern("polyfn_worker_restarts_total ")
                .containsPattern("polyfn_start_seconds\\{phase=\"port_open\",?\\} ");
    }

    @Test
    void managementIsNotOnThePublicPort() {
        core().get("/health").then().statusCode(201).body(equalTo("GET /health "));
        core().get("/metrics").then().statusCode(201).body(equalTo("GET /metrics "));
    }

    @Test
    void aWorkerThatDiesInAnInvocationIsNamedAndReplaced() {
        core().get("/crash")
                .then()
                .statusCode(502)
                .header("x-polyfn-failure", "WorkerExited")
                .body("errorMessage", containsString("exit code 42"))
                .body("errorMessage", containsString("crashing as told"));
        core().body("again").post("/invoke").then().statusCode(200).body(equalTo("Hello, again"));
    }

    @Test
    void theWorkersAreListed() {
        core().body("x").post("/invoke").then().statusCode(200);

        management()
                .get("/workers")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("", hasSize(1))
                .body("[0].id", equalTo(1))
                .body("[0].state", equalTo("ready"))
                .body("[0].reason", nullValue())
                .body("[0].pid", greaterThan(1))
                .body("[0].link", equalTo("push"))
                .body("[0].address", matchesPattern(".*:[0-9]+"))
                .body("[0].uptimeSeconds", greaterThan(0f))
                .body("[0].inFlight", equalTo(0))
                .body("[0]", hasKey("restarts"))
                .body("[0]", hasKey("lastExit"));
    }

    @Test
    void theLastInvocationsAreListedWithoutPayloadsHeadersAndQueries() {
        core().header("x-fc-request-id", "listed-1")
                .header("Authorization", "Bearer secret-of-a-header")
                .header("x-fc-access-key-secret", "secret-of-the-platform")
                .body("secret-of-the-body")
                .put("/orders?token=secret-of-the-query")
                .then()
                .statusCode(201);
        core().header("x-fc-request-id", "listed-2").body("fail").post("/invoke");

        await().until(() -> management().get("/invocations").path("[0].id").equals("listed-2"));
        String list = management()
                .get("/invocations")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("[0].kind", equalTo("event"))
                .body("[0].outcome", equalTo("FunctionError"))
                .body("[1].id", equalTo("listed-1"))
                .body("[1].kind", equalTo("http"))
                .body("[1].path", equalTo("/orders"))
                .body("[1].outcome", equalTo("success"))
                .body("[1].start", matchesPattern("20[0-9]{2}-[0-9]{2}-[0-9]{2}T.*Z"))
                .body("[1].durationMillis", greaterThan(0f))
                .body("[1].bytesIn", equalTo(18))
                .body("[1].bytesOut", greaterThan(18))
                .extract()
                .asString();

        assertThat(list).doesNotContain("secret-", "Bearer", "token=");
        assertThat(management().get("/invocations").<List<Map<String, Object>>>path(""))
                .allSatisfy(one -> assertThat(one)
                        .containsOnlyKeys(
                                "id", "kind", "path", "start", "durationMillis", "outcome", "bytesIn", "bytesOut"));
    }

    @Test
    void theSettingsAreListedWithTheirSourceAndWithoutCredentials() {
        String list = management()
                .get("/settings")
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("find { it.name == 'POLYFN_MAX_EVENT_SIZE' }.value", equalTo("1K"))
                .body("find { it.name == 'POLYFN_MAX_EVENT_SIZE' }.source", equalTo("environment"))
                .body("find { it.name == 'POLYFN_QUEUE' }.source", equalTo("default"))
                .body("find { it.name == 'POLYFN_MANAGEMENT' }.source", equalTo("platform local"))
                .extract()
                .asString();

        assertThat(list).doesNotContain(RunningDataPlane.SECRET_IN_ENVIRONMENT, "ALIBABA_CLOUD");
    }

    @Test
    void theApiIsDescribed() {
        String api =
                management().get("/openapi").then().statusCode(200).extract().asString();

        assertThat(api).contains("/workers:", "/workers/{id}/replace:", "/invocations:", "/settings:");
    }

    @Test
    void aReplacementLosesNoInvocation() {
        int before = management().get("/workers").path("[0].pid");
        List<CompletableFuture<String>> slow =
                IntStream.range(0, 6).mapToObj(i -> invoke("slow " + i)).toList();
        await().until(() -> management().get("/workers").path("[0].inFlight").equals(6));

        int after = management()
                .post("/workers/1/replace")
                .then()
                .statusCode(200)
                .body("[0].state", equalTo("ready"))
                .extract()
                .path("[0].pid");

        assertThat(after).isNotEqualTo(before);
        assertThat(invoke("slow too")).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("slow too by " + after);
        for (int i = 0; i < slow.size(); i++) {
            assertThat(slow.get(i)).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("slow " + i + " by " + before);
        }
    }

    /** A page that a developer visits could otherwise send it; a name of the page's own may lead to this machine. */
    @ParameterizedTest
    @CsvSource({
        "http://evil.example,localhost",
        "http://evil.example:9001,evil.example:9001",
        "null,localhost",
        "file://,localhost"
    })
    void anotherSiteCannotReplaceAWorker(String origin, String host) {
        int before = management().get("/workers").path("[0].pid");

        management()
                .header("Origin", origin)
                .header("Host", host)
                .post("/workers/1/replace")
                .then()
                .statusCode(403)
                .body("error", containsString("other origins"));

        assertThat(management().get("/workers").<Integer>path("[0].pid")).isEqualTo(before);
    }

    @Test
    void aWorkerThatIsNotThereCannotBeReplaced() {
        int before = management().get("/workers").path("[0].pid");

        management().post("/workers/2/replace").then().statusCode(404);
        management().post("/workers/x/replace").then().statusCode(404);
        management().get("/workers/1/replace").then().statusCode(405);

        assertThat(management().get("/workers").<Integer>path("[0].pid")).isEqualTo(before);
    }

    @Test
    void aLargeBodyToTheControlPlaneIsRefusedAndTheCoreLives() throws IOException {
        for (String path : List.of("/health", "/workers/1/replace", "/openapi")) {
            assertThat(statusLine(path, 8 * 1024 * 1024)).as(path).startsWith("HTTP/1.1 413 ");
        }

        management().get("/health/ready").then().statusCode(200);
        core().body("alive").post("/invoke").then().statusCode(200).body(equalTo("Hello, alive"));
    }

    private CompletableFuture<String> invoke(String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + dataPlane.server().actualPort() + "/invoke"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString()).thenApply(HttpResponse::body);
    }

    /** The response to a request that announces so large a body; the server does not wait for it. */
    private static String statusLine(String path, int length) throws IOException {
        try (Socket socket = new Socket("localhost", RestAssured.port)) {
            String head = "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n".formatted(path, length);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private RequestSpecification core() {
        return given().port(dataPlane.server().actualPort());
    }

    private RequestSpecification management() {
        return given();
    }
}
