package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            4,    4
            1,    none
            0,    none
            many, none
            '',   none
            """)
    void asManyInvocationsAtOnceAsTheUserAllows(String limit, @Nullable String expected) throws Exception {
        assertThat(added(Map.of("POLYFN_CONCURRENCY", limit)).get("AWS_LAMBDA_MAX_CONCURRENCY"))
                .isEqualTo(expected);
    }

    @Test
    void withoutALimitTheUserHasNotSaidThatTheFunctionBearsMoreThanOneAtOnce() throws Exception {
        assertThat(added(Map.of())).doesNotContainKey("AWS_LAMBDA_MAX_CONCURRENCY");
        assertThat(added(Map.of("POLYFN_CONCURRENCY", "4", "AWS_LAMBDA_MAX_CONCURRENCY", "2")))
                .containsEntry("AWS_LAMBDA_MAX_CONCURRENCY", "2");
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
