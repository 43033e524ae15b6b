package io.polyfn.core.management;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** The management port: {@code /health}, {@code /health/ready}, {@code /health/live}, {@code /metrics}. */
@ConfigMapping(prefix = "polyfn")
public interface ManagementConfig {
    /** Whether the management port is opened: {@code on} or {@code off}. */
    @WithDefault("on")
    Switch management();

    /** The management port. */
    @WithDefault("9001")
    int managementPort();

    /** The two values of a switch. */
    enum Switch {
        ON,
        OFF
    }
}
