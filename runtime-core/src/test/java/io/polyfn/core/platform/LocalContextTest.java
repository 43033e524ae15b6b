package io.polyfn.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.vertx.core.MultiMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocalContextTest {
    @Test
    void theEnvironmentBecomesTheHeadersThatThePlatformWouldSend() {
        MultiMap headers = additional(
                Map.ofEntries(
                        Map.entry("FC_FUNCTION_NAME", "hello"),
                        Map.entry("FC_FUNCTION_HANDLER", "index.handler"),
                        Map.entry("FC_FUNCTION_MEMORY_SIZE", "512"),
                        Map.entry("FC_REGION", "cn-hangzhou"),
                        Map.entry("FC_ACCOUNT_ID", "123"),
                        Map.entry("FC_SERVICE_NAME", "service"),
                        Map.entry("FC_QUALIFIER", "LATEST"),
                        Map.entry("ALIBABA_CLOUD_ACCESS_KEY_ID", "id"),
                        Map.entry("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret"),
                        Map.entry("ALIBABA_CLOUD_SECURITY_TOKEN", "token")),
                MultiMap.caseInsensitiveMultiMap());

        assertThat(headers)
                .extracting(Map.Entry::getKey, Map.Entry::getValue)
                .containsExactlyInAnyOrder(
                        tuple("x-fc-function-name", "hello"),
                        tuple("x-fc-function-handler", "index.handler"),
                        tuple("x-fc-function-memory", "512"),
                        tuple("x-fc-region", "cn-hangzhou"),
                        tuple("x-fc-account-id", "123"),
                        tuple("x-fc-service-name", "service"),
                        tuple("x-fc-qualifier", "LATEST"),
                        tuple("x-fc-access-key-id", "id"),
                        tuple("x-fc-access-key-secret", "secret"),
                        tuple("x-fc-security-token", "token"),
                        tuple("x-fc-control-path", "/invoke"));
    }

    @Test
    void theCallersOwnHeadersWin() {
        MultiMap request = MultiMap.caseInsensitiveMultiMap()
                .set("X-Fc-Region", "eu-central-1")
                .set("X-Fc-Control-Path", "/http-invoke");

        MultiMap headers = additional(Map.of("FC_REGION", "cn-hangzhou", "FC_ACCOUNT_ID", "123"), request);

        assertThat(headers.names()).containsExactly("x-fc-account-id");
        assertThat(request.names()).containsExactlyInAnyOrder("X-Fc-Region", "X-Fc-Control-Path");
    }

    @Test
    void emptyAndUndefinedVariablesGiveNoHeaders() {
        MultiMap headers = additional(
                Map.of("FC_REGION", "", "FC_FUNCTION_NAME", "undefined"), MultiMap.caseInsensitiveMultiMap());

        assertThat(headers.names()).containsExactly("x-fc-control-path");
    }

    private static MultiMap additional(Map<String, String> environment, MultiMap request) {
        MultiMap additional = MultiMap.caseInsensitiveMultiMap();
        new LocalContext(new PlatformEnvironment(environment)).completeWith(request, additional, "/invoke");
        return additional;
    }
}
