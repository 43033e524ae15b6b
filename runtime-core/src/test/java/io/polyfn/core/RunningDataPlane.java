package io.polyfn.core;

import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.worker.WorkerLauncher;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The data plane of tests, in the place of the one that {@link Main} starts before Quarkus. */
final class RunningDataPlane {
    /** Must not appear in anything that the control plane responds with. */
    static final String SECRET_IN_ENVIRONMENT = "secret-of-the-environment";

    private RunningDataPlane() {}

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    static DataPlane start(
            @ConfigProperty(name = "FC_FUNC_CODE_PATH") String folder,
            @ConfigProperty(name = "test.console", defaultValue = "auto") String console) {
        Map<String, String> variables = new HashMap<>(System.getenv());
        variables.putAll(Map.of(
                "FC_FUNC_CODE_PATH", folder,
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET_IN_ENVIRONMENT,
                "POLYFN_PLATFORM", "local",
                "POLYFN_PORT", "0",
                "POLYFN_MAX_EVENT_SIZE", "1K",
                "POLYFN_MARKERS", "off",
                "POLYFN_CONSOLE", console));
        PlatformEnvironment environment = new PlatformEnvironment(variables);
        Settings settings = Settings.read(environment);
        WorkerLauncher launcher = new WorkerLauncher(
                List.of(), environment, settings.worker(), settings.invocation().concurrency());
        DataPlane dataPlane = new DataPlane(settings, environment, launcher);
        dataPlane.start();
        return dataPlane;
    }
}
