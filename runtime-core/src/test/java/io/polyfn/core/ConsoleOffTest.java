package io.polyfn.core;

import static io.restassured.RestAssured.given;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.polyfn.core.testing.FunctionFolder;
import io.polyfn.core.worker.WorkerState;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The control plane where it may only be read. */
@QuarkusTest
@TestProfile(ConsoleOffTest.Off.class)
@WithTestResource(FunctionFolder.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleOffTest {
    @Inject
    @SuppressWarnings("NullAway.Init")
    DataPlane dataPlane;

    /** {@code POLYFN_CONSOLE=off}. */
    public static final class Off implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("test.console", "off");
        }
    }

    @AfterAll
    void stopTheWorker() throws Exception {
        dataPlane
                .workers()
                .stop(Duration.ofSeconds(5))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void aWorkerCanBeSeenAndNotBeReplaced() {
        await().atMost(Duration.ofSeconds(20)).until(() -> dataPlane.workers().state() instanceof WorkerState.Ready);
        int pid = given().get("/workers").then().statusCode(200).extract().path("[0].pid");

        given().post("/workers/1/replace").then().statusCode(403);
        given().post("/workers/2/replace").then().statusCode(403);

        given().get("/workers")
                .then()
                .statusCode(200)
                .body("[0].pid", equalTo(pid))
                .body("[0].state", equalTo("ready"));
    }
}
