package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The context of a call that no platform made, taken from the environment, so that a container on a developer's machine behaves as on
 * Function Compute.
 *
 * <p>Header names are those of contract 3, variables those of contract 1.6.
 */
public final class LocalContext {
    private static final Map<String, String> VARIABLE_BY_HEADER = Map.ofEntries(
            Map.entry(FcHeaders.FUNCTION_NAME, "FC_FUNCTION_NAME"),
            Map.entry(FcHeaders.FUNCTION_HANDLER, "FC_FUNCTION_HANDLER"),
            Map.entry(FcHeaders.FUNCTION_MEMORY, "FC_FUNCTION_MEMORY_SIZE"),
            Map.entry(FcHeaders.REGION, "FC_REGION"),
            Map.entry(FcHeaders.ACCOUNT_ID, "FC_ACCOUNT_ID"),
            Map.entry(FcHeaders.SERVICE_NAME, "FC_SERVICE_NAME"),
            Map.entry(FcHeaders.QUALIFIER, "FC_QUALIFIER"),
            Map.entry(FcHeaders.ACCESS_KEY_ID, "ALIBABA_CLOUD_ACCESS_KEY_ID"),
            Map.entry(FcHeaders.ACCESS_KEY_SECRET, "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
            Map.entry(FcHeaders.SECURITY_TOKEN, "ALIBABA_CLOUD_SECURITY_TOKEN"));

    private final Map<String, String> headers = new LinkedHashMap<>();

    public LocalContext(PlatformEnvironment environment) {
        VARIABLE_BY_HEADER.forEach((header, variable) -> {
            String value = environment.get(variable);
            if (value != null) {
                headers.put(header, value);
            }
        });
    }

    /**
     * Adds the context's headers that the caller did not send itself.
     *
     * @param request the caller's headers; only read
     * @param additional receives the others
     * @param controlPath of the request's kind or hook
     */
    public void completeWith(MultiMap request, MultiMap additional, String controlPath) {
        headers.forEach((name, value) -> addIfAbsent(request, additional, name, value));
        addIfAbsent(request, additional, FcHeaders.CONTROL_PATH, controlPath);
    }

    private static void addIfAbsent(MultiMap request, MultiMap additional, String name, String value) {
        if (!request.contains(name)) {
            additional.set(name, value);
        }
    }
}
