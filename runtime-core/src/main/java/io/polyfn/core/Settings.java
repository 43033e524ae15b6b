package io.polyfn.core;

import io.polyfn.core.invocation.InvocationConfig;
import io.polyfn.core.management.ManagementConfig;
import io.polyfn.core.worker.WorkerConfig;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SysPropConfigSource;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/**
 * The {@code POLYFN_*} variables, read as Quarkus reads them, but without the hundreds of settings that Quarkus has of its own.
 *
 * @param config for the variables that are not ours
 */
record Settings(Config config, InvocationConfig invocation, WorkerConfig worker) {
    private static final int AS_QUARKUS_HAS_IT = 200;

    /** Said again, because to read it from the interfaces' annotations takes a start 8 ms. */
    private static final String PREFIX = "polyfn";

    /**
     * Reads every setting, so that a wrong one stops the start.
     *
     * @throws io.smallrye.config.ConfigValidationException if a value has the wrong form
     * @throws IllegalArgumentException if it has the right form and cannot be
     */
    static Settings read(Map<String, String> environment) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(environment, EnvConfigSource.ORDINAL), new SysPropConfigSource())
                .withConverter(Duration.class, AS_QUARKUS_HAS_IT, new DurationConverter())
                .withConverter(MemorySize.class, AS_QUARKUS_HAS_IT, new MemorySizeConverter())
                // The interfaces share one prefix, and each knows its own part of it only.
                .withValidateUnknown(false)
                .withMapping(InvocationConfig.class, PREFIX)
                .withMapping(ManagementConfig.class, PREFIX)
                .withMapping(WorkerConfig.class, PREFIX)
                .build();
        checkManagementPort(
                config.getConfigMapping(ManagementConfig.class, PREFIX).managementPort());
        return new Settings(
                config,
                config.getConfigMapping(InvocationConfig.class, PREFIX),
                config.getConfigMapping(WorkerConfig.class, PREFIX));
    }

    /** Also where the management port is switched off. */
    private static void checkManagementPort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(
                    "POLYFN_MANAGEMENT_PORT=" + port + " is not a port: give a number from 0 to 65535");
        }
    }
}
