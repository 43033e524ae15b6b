package io.polyfn.core.management;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** Refuses a wrong configuration of the management port at the start, also where the port is switched off. */
@Singleton
final class ManagementCheck {
    /** Before anything else is started: the worker may be ready, and the public port open, within milliseconds. */
    void check(@Observes @Priority(1) StartupEvent event, ManagementConfig config) {
        int port = config.managementPort();
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(
                    "POLYFN_MANAGEMENT_PORT=" + port + " is not a port: give a number from 0 to 65535");
        }
    }
}
