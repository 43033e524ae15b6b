package io.polyfn.core.worker;

import io.polyfn.core.platform.PlatformEnvironment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The variables that functions written for Lambda's and FC's own runtimes look for. Values that the user or the platform has set stay,
 * except for the address of the Runtime API.
 */
final class RuntimeApiEnvironment {
    private RuntimeApiEnvironment() {}

    /**
     * The variables to set.
     *
     * @param directory the code folder
     * @param port of the Runtime API on the loopback address
     * @param concurrency how many invocations the function may have at once; 0 for no limit
     */
    static Map<String, String> of(PlatformEnvironment environment, Path directory, int port, int concurrency) {
        String name = environment.get("FC_FUNCTION_NAME", "function");
        String region = environment.get("FC_REGION", "us-east-1");
        Map<String, String> variables = new HashMap<>(Map.ofEntries(
                Map.entry("_HANDLER", environment.get("FC_FUNCTION_HANDLER", "bootstrap")),
                Map.entry("LAMBDA_TASK_ROOT", directory.toString()),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", name),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", environment.get("FC_FUNCTION_MEMORY_SIZE", "128")),
                // Rust's client exits without these two.
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "polyfn"),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                Map.entry("AWS_REGION", region),
                Map.entry("AWS_DEFAULT_REGION", region)));
        if (concurrency > 1) {
            // Lambda's clients take one invocation at a time unless they are told that there may be more (contract
            // 9.1).
            variables.put("AWS_LAMBDA_MAX_CONCURRENCY", Integer.toString(concurrency));
        }
        variables.keySet().removeIf(environment::has);
        String api = "127.0.0.1:" + port;
        variables.put("AWS_LAMBDA_RUNTIME_API", api);
        variables.put("FC_RUNTIME_API", api);
        return variables;
    }
}
