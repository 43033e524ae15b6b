package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.platform.PlatformEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuntimeApiEnvironmentTest {
    private static final int PORT = 41234;
    private static final int NO_LIMIT = 0;

    @TempDir
    Path code;

    @Test
    void aFunctionFindsWhatLambdaGivesIt() {
        Map<String, String> environment = added(Map.of());

        assertThat(environment)
                .containsEntry("_HANDLER", "bootstrap")
                .containsEntry("LAMBDA_TASK_ROOT", "/code")
                .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "function")
                .containsEntry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
                .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
                .containsEntry("AWS_REGION", "us-east-1");
        assertThat(environment.get("AWS_LAMBDA_RUNTIME_API"))
                .isEqualTo("127.0.0.1:" + PORT)
                .isEqualTo(environment.get("FC_RUNTIME_API"));
    }

    @Test
    void thePlatformsFunctionHasTheSameNamesThere() {
        assertThat(added(Map.of(
                        "FC_FUNCTION_NAME", "greet",
                        "FC_FUNCTION_MEMORY_SIZE", "512",
                        "FC_REGION", "cn-hangzhou")))
                .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "greet")
                .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
                .containsEntry("AWS_REGION", "cn-hangzhou");
    }

    /** Tools send placeholders, such as fun's {@code not-used} (contract 1.4.2). */
    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            none,        none,          none,          bootstrap
            none,        not-used,      none,          bootstrap
            none,        index.handler, none,          bootstrap
            none,        main.handle,   none,          main.handle
            none,        not-used,      main.handle,   main.handle
            none,        lib/deep.run,  none,          lib/deep.run
            none,        ma.handle,     none,          bootstrap
            none,        .hidden,       none,          bootstrap
            mine.handle, main.handle,   none,          mine.handle
            """)
    void theHandlerIsTheUsersOrOneThatIsThere(
            @Nullable String own, @Nullable String platforms, @Nullable String tools, String expected)
            throws IOException {
        Files.createFile(code.resolve("main.py"));
        Files.createFile(Files.createDirectory(code.resolve("lib")).resolve("deep.mjs"));
        Map<String, String> variables = new HashMap<>();
        variables.put("POLYFN_HANDLER", own == null ? "" : own);
        variables.put("FC_FUNCTION_HANDLER", platforms == null ? "" : platforms);
        variables.put("FC_HANDLER", tools == null ? "" : tools);

        assertThat(RuntimeApiEnvironment.of(new PlatformEnvironment(variables), code, PORT, NO_LIMIT))
                .containsEntry("_HANDLER", expected);
    }

    @Test
    void whatTheUserHasSetStays() {
        assertThat(added(Map.of("AWS_REGION", "eu-west-1", "_HANDLER", "mine", "FC_REGION", "undefined")))
                .doesNotContainKeys("AWS_REGION", "_HANDLER")
                .containsEntry("AWS_DEFAULT_REGION", "us-east-1");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            4,    4
            1,    none
            0,    none
            """)
    void asManyInvocationsAtOnceAsTheUserAllows(int limit, @Nullable String expected) {
        assertThat(added(Map.of(), limit).get("AWS_LAMBDA_MAX_CONCURRENCY")).isEqualTo(expected);
    }

    @Test
    void withoutALimitTheUserHasNotSaidThatTheFunctionBearsMoreThanOneAtOnce() {
        assertThat(added(Map.of())).doesNotContainKey("AWS_LAMBDA_MAX_CONCURRENCY");
        assertThat(added(Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "2"), 4)).doesNotContainKey("AWS_LAMBDA_MAX_CONCURRENCY");
    }

    @Test
    void theAddressOfTheRuntimeApiIsAlwaysTheCores() {
        assertThat(added(Map.of("AWS_LAMBDA_RUNTIME_API", "elsewhere:1", "FC_RUNTIME_API", "elsewhere:1")))
                .containsEntry("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + PORT)
                .containsEntry("FC_RUNTIME_API", "127.0.0.1:" + PORT);
    }

    private static Map<String, String> added(Map<String, String> platform) {
        return added(platform, NO_LIMIT);
    }

    private static Map<String, String> added(Map<String, String> platform, int concurrency) {
        return RuntimeApiEnvironment.of(new PlatformEnvironment(platform), Path.of("/code"), PORT, concurrency);
    }
}
