package io.polyfn.core.testing;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** Configuration as Quarkus reads it, from a map instead of the process. */
public final class TestConfig {
    private TestConfig() {}

    public static SmallRyeConfig of(Map<String, String> properties, Class<?>... mappings) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                // The three interfaces share one prefix, and each knows its own part of it only.
                .withValidateUnknown(false);
        for (Class<?> mapping : mappings) {
            builder.withMapping(mapping);
        }
        return builder.build();
    }

    public static <T> T mapping(Class<T> mapping, Map<String, String> properties) {
        return of(properties, mapping).getConfigMapping(mapping);
    }
}
