package io.polyfn.core.worker;

import java.io.IOException;
import java.util.Map;

/**
 * The variables that functions written for Lambda's and FC's own runtimes look for. What the user or the platform has set stays as it is,
 * but for the address of the Runtime API.
 */
final class RuntimeApiEnvironment {
    private RuntimeApiEnvironment() {}

    /** Does nothing where the worker is known to be an HTTP server: many libraries take these variables for Lambda itself. */
    static void addTo(Map<String, String> environment, WorkerCommand command) throws IOException {
        if (environment.getOrDefault("POLYFN_LINK", "").equalsIgnoreCase("push")) {
            return;
        }
        String api = "127.0.0.1:" + RuntimeApiPort.open();
        environment.put("AWS_LAMBDA_RUNTIME_API", api);
        environment.put("FC_RUNTIME_API", api);
        String name = first(environment, "FC_FUNCTION_NAME", "function");
        String region = first(environment, "FC_REGION", "us-east-1");
        Map<String, String> lambda = Map.ofEntries(
                Map.entry("_HANDLER", first(environment, "FC_FUNCTION_HANDLER", "bootstrap")),
                Map.entry("LAMBDA_TASK_ROOT", command.directory().toString()),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", name),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", first(environment, "FC_FUNCTION_MEMORY_SIZE", "128")),
                // Rust's client ends without these two.
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "polyfn"),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                Map.entry("AWS_REGION", region),
                Map.entry("AWS_DEFAULT_REGION", region));
        lambda.forEach((variable, value) -> environment.put(variable, first(environment, variable, value)));
        concurrency(environment);
    }

    /** Lambda's clients ask for one invocation at a time unless they are told that there may be more (contract 9.1). */
    private static void concurrency(Map<String, String> environment) {
        String limit = environment.getOrDefault("POLYFN_CONCURRENCY", "").strip();
        if (limit.matches("[1-9][0-9]*") && !limit.equals("1")) {
            environment.putIfAbsent("AWS_LAMBDA_MAX_CONCURRENCY", limit);
        }
    }

    /** A variable's value; local tools pass unset ones as {@code undefined} (contract 7.1). */
    private static String first(Map<String, String> environment, String variable, String otherwise) {
        String value = environment.getOrDefault(variable, "");
        return value.isEmpty() || value.equals("undefined") ? otherwise : value;
    }
}
