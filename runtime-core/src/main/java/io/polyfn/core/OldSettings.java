package io.polyfn.core;

import io.polyfn.core.invocation.InvocationConfig;
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

/** The settings as {@code lifecycle.Core} takes them, until it takes {@link Settings}. */
record OldSettings(Config config, InvocationConfig invocation, WorkerConfig worker) {
    private static final int AS_QUARKUS_HAS_IT = 200;

    /** Said again, because to read it from the interfaces' annotations takes a start 8 ms. */
    private static final String PREFIX = "polyfn";

    static OldSettings read(Map<String, String> environment) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(environment, EnvConfigSource.ORDINAL), new SysPropConfigSource())
                .withConverter(Duration.class, AS_QUARKUS_HAS_IT, new DurationConverter())
                .withConverter(MemorySize.class, AS_QUARKUS_HAS_IT, new MemorySizeConverter())
                // The interfaces share one prefix, and each knows its own part of it only.
                .withValidateUnknown(false)
                .withMapping(InvocationConfig.class, PREFIX)
                .withMapping(WorkerConfig.class, PREFIX)
                .build();
        return new OldSettings(
                config,
                config.getConfigMapping(InvocationConfig.class, PREFIX),
                config.getConfigMapping(WorkerConfig.class, PREFIX));
    }
}
