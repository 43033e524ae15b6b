package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
    private static final MultiMap NO_HEADERS = MultiMap.caseInsensitiveMultiMap();
    private static final String FC_COMMON = "FC_ACCOUNT_ID=1 FC_REGION=cn-hangzhou FC_FUNCTION_NAME=f"
            + " FC_FUNCTION_HANDLER=index.handler FC_FUNCTION_MEMORY_SIZE=512 FC_FUNC_CODE_PATH=/code ";

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "LAMBDA,        AWS_LAMBDA_RUNTIME_API=127.0.0.1:9001 AWS_LAMBDA_FUNCTION_NAME=f AWS_REGION=eu-central-1",
        "LAMBDA,        AWS_EXECUTION_ENV=AWS_Lambda_provided.al2023",
        "LOCAL,         AWS_EXECUTION_ENV=AWS_ECS_FARGATE",
        "SCF,           SCF_FUNCTIONNAME=f",
        "SCF,           SCF_RUNTIME_API=127.0.0.1:9001",
        "SCF,           TENCENTCLOUD_RUNENV=SCF KUBERNETES_SERVICE_HOST=10.0.0.1",
        "FUNCTIONGRAPH, RUNTIME_FUNC_NAME=f",
        "FUNCTIONGRAPH, RUNTIME_PROJECT_ID=1 KUBERNETES_SERVICE_HOST=10.0.0.1",
        "KNATIVE,       K_SERVICE=s K_REVISION=s-1 PORT=8080 KUBERNETES_SERVICE_HOST=10.0.0.1",
        "KNATIVE,       K_REVISION=s-1",
        "KUBERNETES,    KUBERNETES_SERVICE_HOST=10.0.0.1 KUBERNETES_SERVICE_PORT=443",
        "LOCAL,         ",
        "LOCAL,         PORT=8080",
        // What local tools leave unset arrives as a word.
        "LOCAL,         AWS_LAMBDA_RUNTIME_API=undefined K_SERVICE=undefined SCF_FUNCTIONNAME=",
        // A developer gives local calls their context.
        "LOCAL,         FC_FUNCTION_NAME=f FC_REGION=cn-hangzhou FC_SERVICE_NAME=s",
    })
    void theEnvironmentShowsThePlatform(Platform expected, @Nullable String variables) {
        assertThat(detect(variables == null ? "" : variables)).isEqualTo(expected);
    }

    @Test
    void functionCompute3HasNoService() {
        assertThat(detect(FC_COMMON + "FC_CUSTOM_LISTEN_PORT=9000 FC_INSTANCE_ID=c-1"))
                .isEqualTo(Platform.FC3);
        assertThat(detect(FC_COMMON + "FC_INSTANCE_ID=c-1")).isEqualTo(Platform.FC3);
        assertThat(detect(FC_COMMON + "FC_CUSTOM_LISTEN_PORT=9000")).isEqualTo(Platform.FC3);
    }

    @Test
    void functionCompute2HasOne() {
        assertThat(detect(FC_COMMON
                        + "FC_CUSTOM_LISTEN_PORT=9000 FC_INSTANCE_ID=c-1 FC_SERVICE_NAME=s FC_QUALIFIER=LATEST"))
                .isEqualTo(Platform.FC2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "fun local and s local of component fc, local=true FC_HANDLER=index.handler FC_MEMORY_SIZE=128 FC_TIMEOUT=3 FC_SERVICE_NAME=s",
        "s local invoke of component fc3, FC_HANDLER=h FC_MEMORY_SIZE=128 FC_CUSTOM_LISTEN_PORT=9000 FC_INSTANCE_ID=c-1",
        "s local start of component fc3, FC_RUNTIME=custom-container FC_TIMEOUT=60 FC_CUSTOM_LISTEN_PORT=9000 FC_INSTANCE_ID=c-1"
    })
    void functionComputesLocalToolsAreLocal(String tool, String variables) {
        assertThat(detect(FC_COMMON + variables)).as(tool).isEqualTo(Platform.LOCAL);
    }

    @ParameterizedTest
    @CsvSource({"fc3, FC3", "FunctionGraph, FUNCTIONGRAPH", " local, LOCAL"})
    void theOverrideWins(String override, Platform expected) {
        assertThat(Platform.detect(new PlatformEnvironment(
                        Map.of("POLYFN_PLATFORM", override, "AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9001"))))
                .isEqualTo(expected);
    }

    @Test
    void anUnknownOverrideIsNamedWithTheKnownPlatforms() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Platform.detect(new PlatformEnvironment(Map.of("POLYFN_PLATFORM", "fc4"))))
                .withMessage(
                        "POLYFN_PLATFORM=fc4 must be fc3, fc2, lambda, scf, functiongraph, knative, kubernetes or local");
    }

    @ParameterizedTest
    @CsvSource({
        "FC3,           fc3,           false, false, 9000, true",
        "FC2,           fc2,           true,  false, 9000, true",
        "LAMBDA,        lambda,        false, false, 9000, false",
        "SCF,           scf,           false, false, 9000, false",
        "FUNCTIONGRAPH, functiongraph, false, false, 8000, false",
        "KNATIVE,       knative,       false, true,  9000, false",
        "KUBERNETES,    kubernetes,    false, true,  9000, false",
        "LOCAL,         local,         true,  true,  9000, true",
    })
    void theTableHoldsWhatDependsOnThePlatform(
            Platform platform, String label, boolean markers, boolean management, int port, boolean announcesStops) {
        assertThat(platform.label()).isEqualTo(label);
        assertThat(platform.needsMarkers()).isEqualTo(markers);
        assertThat(platform.exposesManagement()).isEqualTo(management);
        assertThat(platform.defaultPort()).isEqualTo(port);
        assertThat(platform.endpoint("GET", Hook.PRE_STOP.path(), NO_HEADERS) == Hook.PRE_STOP)
                .isEqualTo(announcesStops);
        assertThat(platform.endpoint("GET", Hook.PRE_FREEZE.path(), NO_HEADERS) == Hook.PRE_FREEZE)
                .isEqualTo(announcesStops);
    }

    @ParameterizedTest
    @CsvSource({
        "FC3,           X-Fc-Request-Id",
        "FC2,           X-Fc-Request-Id",
        "LAMBDA,        ''",
        "SCF,           x-scf-request-id",
        "FUNCTIONGRAPH, x-cff-request-id",
        "KNATIVE,       ''",
        "KUBERNETES,    ''",
        "LOCAL,         'X-Fc-Request-Id,x-scf-request-id,x-cff-request-id'",
    })
    void headersOfAPlatformThatIsNotInFrontAreForged(Platform platform, String kept) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("X-Fc-Request-Id", "1")
                .add("X-Fc-Request-Id", "2")
                .add("x-scf-request-id", "3")
                .add("x-cff-request-id", "4")
                .add("X_Fc_Request_Id", "5")
                .add("x-fc-request_id", "6")
                .add("x-fcother", "7")
                .add("x-request-id", "8");

        platform.removeForged(headers);

        assertThat(String.join(
                        ",",
                        new LinkedHashSet<>(headers.entries().stream()
                                .map(Map.Entry::getKey)
                                .toList())))
                .isEqualTo((kept + ",x-fcother,x-request-id").replaceAll("^,", ""));
    }

    @Test
    void standardErrorIsForWhoeverDevelopsTheFunction() {
        assertThat(Platform.LOCAL.showsStderr(false)).isTrue();
        assertThat(Platform.FC3.showsStderr(true)).isTrue();
        assertThat(Platform.FC2.showsStderr(true)).isTrue();
        assertThat(Platform.FC3.showsStderr(false)).isFalse();
        assertThat(Platform.KUBERNETES.showsStderr(true)).isFalse();
        assertThat(Platform.FUNCTIONGRAPH.showsStderr(true)).isFalse();
    }

    /** @param variables as {@code NAME=value}, separated by spaces */
    private static Platform detect(String variables) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.strip().split(" +", -1)) {
            String[] parts = variable.split("=", 2);
            environment.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return Platform.detect(new PlatformEnvironment(environment));
    }
}
