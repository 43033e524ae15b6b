package io.polyfn.core.worker;

import io.polyfn.core.platform.PlatformEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

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
                Map.entry("_HANDLER", handler(environment, directory)),
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

    /** What the user has said, else the platform's where it is one: tools send placeholders (contract 1.4.2). */
    private static String handler(PlatformEnvironment environment, Path directory) {
        String own = environment.get("POLYFN_HANDLER");
        if (own != null) {
            return own;
        }
        return Stream.of("FC_FUNCTION_HANDLER", "FC_HANDLER")
                .flatMap(variable -> Stream.ofNullable(environment.get(variable)))
                .filter(handler -> namesFile(handler, directory))
                .findFirst()
                .orElse("bootstrap");
    }

    /** Whether the part before the last dot is a file of the code folder, in any language. */
    private static boolean namesFile(String handler, Path directory) {
        int dot = handler.lastIndexOf('.');
        if (dot <= 0) {
            return false;
        }
        try {
            Path module = directory.resolve(handler.substring(0, dot)).toAbsolutePath();
            String begin = module.getFileName() + ".";
            try (Stream<Path> files = Files.list(Objects.requireNonNull(module.getParent()))) {
                return files.anyMatch(file -> String.valueOf(file.getFileName()).startsWith(begin));
            }
        } catch (IOException | InvalidPathException noFolder) {
            return false;
        }
    }
}
