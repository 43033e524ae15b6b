package io.polyfn.core.invocation;

import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The context of a call that no platform made, from the environment, so that a container on a developer's machine answers as on FC.
 *
 * <p>Header names are those of contract 3, variables those of contract 1.6.
 */
final class LocalContext {
    private static final Map<String, String> VARIABLE_BY_HEADER = variables();

    private final Map<String, String> headers = new HashMap<>();

    LocalContext(Map<String, String> environment) {
        VARIABLE_BY_HEADER.forEach((header, variable) -> {
            String value = environment.getOrDefault(variable, "");
            if (!value.isEmpty() && !value.equals("undefined")) {
                headers.put(header, value);
            }
        });
    }

    /** Adds what the caller did not say itself. */
    void completeWith(MultiMap request, Kind kind) {
        headers.forEach((name, value) -> {
            if (!request.contains(name)) {
                request.set(name, value);
            }
        });
        if (!request.contains("x-fc-control-path")) {
            request.set("x-fc-control-path", kind.path());
        }
    }

    private static Map<String, String> variables() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("x-fc-function-name", "FC_FUNCTION_NAME");
        map.put("x-fc-function-handler", "FC_FUNCTION_HANDLER");
        map.put("x-fc-function-memory", "FC_FUNCTION_MEMORY_SIZE");
        map.put("x-fc-region", "FC_REGION");
        map.put("x-fc-account-id", "FC_ACCOUNT_ID");
        map.put("x-fc-service-name", "FC_SERVICE_NAME");
        map.put("x-fc-qualifier", "FC_QUALIFIER");
        map.put("x-fc-access-key-id", "ALIBABA_CLOUD_ACCESS_KEY_ID");
        map.put("x-fc-access-key-secret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET");
        map.put("x-fc-security-token", "ALIBABA_CLOUD_SECURITY_TOKEN");
        return map;
    }
}
