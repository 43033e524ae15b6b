package io.polyfn.core.control;

import io.polyfn.core.DataPlane;
import jakarta.inject.Singleton;
import jakarta.ws.rs.ForbiddenException;

/** Whether requests on the management port may change something: on request, or on a developer's machine. */
@Singleton
final class ConsoleAccess {
    private final boolean allowed;

    ConsoleAccess(DataPlane dataPlane) {
        this.allowed = dataPlane.settings().control().console();
    }

    /** @throws ForbiddenException if it may not; the message has the setting that allows it */
    void check() {
        if (!allowed) {
            throw new ForbiddenException("POLYFN_CONSOLE=on allows requests that change something");
        }
    }
}
