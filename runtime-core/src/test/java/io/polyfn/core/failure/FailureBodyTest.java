package io.polyfn.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class FailureBodyTest {
    @Test
    void theBodyHasFcsThreeFieldsAndNoOther() {
        JsonObject body = FailureBody.of(new InvocationFailure(FailureCode.WORKER_EXITED, "it \"ended\"\nwith code 3"))
                .toJsonObject();

        assertThat(body.getMap())
                .containsOnlyKeys("errorMessage", "errorType", "stackTrace")
                .containsEntry("errorMessage", "it \"ended\"\nwith code 3")
                .containsEntry("errorType", "WorkerExited");
        assertThat(body.getJsonArray("stackTrace")).isEqualTo(new JsonArray());
    }

    @Test
    void theCauseIsKeptForTheLogAndNotTold() {
        Exception cause = new IllegalStateException("a secret");
        InvocationFailure failure = new InvocationFailure(FailureCode.BAD_WORKER_ANSWER, "broken", cause);

        assertThat(failure).hasCause(cause);
        assertThat(failure.code()).isEqualTo(FailureCode.BAD_WORKER_ANSWER);
        assertThat(FailureBody.of(failure).toString()).doesNotContain("secret");
    }

    @Test
    void aFailureCostsNoStackTrace() {
        assertThat(new InvocationFailure(FailureCode.DRAINING, "stopping").getStackTrace())
                .isEmpty();
    }
}
