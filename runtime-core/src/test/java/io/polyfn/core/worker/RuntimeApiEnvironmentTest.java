package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeApiEnvironmentTest {
    private static final WorkerCommand COMMAND = new WorkerCommand(List.of("any"), Map.of(), Path.of("/code"));

    @Test
    void aFunctionFindsWhatLambdaGivesIt() throws Exception {
        Map<String, String> environment = added(Map.of());

        assertThat(environment)
                .containsEntry("_HANDLER", "bootstrap")
                .containsEntry("LAMBDA_TASK_ROOT", "/code")
                .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "function")
                .containsEntry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
                .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
                .containsEntry("AWS_REGION", "us-east-1");
        assertThat(environment.get("AWS_LAMBDA_RUNTIME_API"))
                .isEqualTo("127.0.0.1:" + RuntimeApiPort.open())
                .isEqualTo(environment.get("FC_RUNTIME_API"));
    }

    @Test
    void thePlatformsFunctionHasTheSameNamesThere() throws Exception {
        assertThat(added(Map.of(
                        "FC_FUNCTION_NAME", "greet",
                        "FC_FUNCTION_HANDLER", "index.handler",
                        "FC_FUNCTION_MEMORY_SIZE", "512",
                        "FC_REGION", "cn-hangzhou")))
                .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "greet")
                .containsEntry("_HANDLER", "index.handler")
                .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
                .containsEntry("AWS_REGION", "cn-hangzhou");
    }

    @Test
    void whatTheUserHasSetStays() throws Exception {
        assertThat(added(Map.of("AWS_REGION", "eu-west-1", "_HANDLER", "mine", "FC_REGION", "undefined")))
                .containsEntry("AWS_REGION", "eu-west-1")
                .containsEntry("AWS_DEFAULT_REGION", "us-east-1")
                .containsEntry("_HANDLER", "mine");
    }

    @Test
    void aWorkerThatIsAnHttpServerGetsNoneOfIt() throws Exception {
        Map<String, String> environment = Map.of("POLYFN_LINK", "push");

        assertThat(added(environment)).isEqualTo(environment);
    }

    private static Map<String, String> added(Map<String, String> platform) throws Exception {
        Map<String, String> environment = new HashMap<>(platform);
        RuntimeApiEnvironment.addTo(environment, COMMAND);
        return environment;
    }
}
