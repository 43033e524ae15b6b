package io.polyfn.core.platform;

import java.util.List;

/** Which platform an environment belongs to: the first rule that matches decides. */
final class PlatformDetection {
    private static final List<String> SCF = List.of("SCF_FUNCTIONNAME", "SCF_RUNTIME_API", "TENCENTCLOUD_RUNENV");
    private static final List<String> FUNCTIONGRAPH = List.of("RUNTIME_FUNC_NAME", "RUNTIME_PROJECT_ID");
    private static final List<String> KNATIVE = List.of("K_SERVICE", "K_REVISION");

    /** Function Compute does not set these, its local tools do (contract 1.6 and 7). */
    private static final List<String> FC_LOCAL_TOOLS = List.of("FC_HANDLER", "FC_MEMORY_SIZE", "FC_TIMEOUT");

    private PlatformDetection() {}

    static Platform detect(PlatformEnvironment environment) {
        if (isLambda(environment)) {
            return Platform.LAMBDA;
        }
        if (hasAny(environment, SCF)) {
            return Platform.SCF;
        }
        if (hasAny(environment, FUNCTIONGRAPH)) {
            return Platform.FUNCTIONGRAPH;
        }
        if (environment.get("local", "").equals("true") || hasAny(environment, FC_LOCAL_TOOLS)) {
            return Platform.LOCAL;
        }
        if (isFunctionCompute(environment)) {
            return environment.has("FC_SERVICE_NAME") ? Platform.FC2 : Platform.FC3;
        }
        if (hasAny(environment, KNATIVE)) {
            return Platform.KNATIVE;
        }
        return environment.has("KUBERNETES_SERVICE_HOST") ? Platform.KUBERNETES : Platform.LOCAL;
    }

    /** The second variable has other values on ECS and in CodeBuild. */
    private static boolean isLambda(PlatformEnvironment environment) {
        return environment.has("AWS_LAMBDA_RUNTIME_API")
                || environment.get("AWS_EXECUTION_ENV", "").startsWith("AWS_Lambda_");
    }

    /** The function's name alone does not say so: on a developer's machine it gives local calls their context. */
    private static boolean isFunctionCompute(PlatformEnvironment environment) {
        return environment.has("FC_INSTANCE_ID")
                || (environment.has("FC_FUNCTION_NAME") && environment.has("FC_CUSTOM_LISTEN_PORT"));
    }

    private static boolean hasAny(PlatformEnvironment environment, List<String> names) {
        return names.stream().anyMatch(environment::has);
    }
}
