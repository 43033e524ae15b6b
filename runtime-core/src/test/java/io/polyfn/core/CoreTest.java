package io.polyfn.core;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyIterable;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.polyfn.core.ingress.PublicServer;
import io.polyfn.core.testing.FunctionFolder;
import io.polyfn.core.worker.WorkerSlot;
import io.polyfn.core.worker.WorkerState;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The whole core in this process, with a real worker, asked on its real ports. */
@QuarkusTest
@WithTestResource(FunctionFolder.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CoreTest {
    @ConfigProperty(name = "quarkus.management.port")
    int managementPort;

    @Inject
    @SuppressWarnings("NullAway.Init")
    PublicServer server;

    @Inject
    @SuppressWarnings("NullAway.Init")
    WorkerSlot workers;

    @BeforeEach
    void theWorkerIsReady() {
        await().atMost(Duration.ofSeconds(20)).until(() -> workers.state() instanceof WorkerState.Ready);
        await().atMost(Duration.ofSeconds(20)).until(() -> server.actualPort() > 0);
    }

    /** In a container the end of the core's process ends the worker, too; here that process goes on. */
    @AfterAll
    void endTheWorker() throws Exception {
        workers.stop(Duration.ofSeconds(5))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        assertThat(workers.state()).isInstanceOf(WorkerState.Stopped.class);
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

    private RequestSpecification core() {
        return given().port(server.actualPort());
    }

    private RequestSpecification management() {
        return given().port(managementPort);
    }
}
