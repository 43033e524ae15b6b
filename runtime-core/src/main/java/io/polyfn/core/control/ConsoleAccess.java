package io.polyfn.core.control;

import io.polyfn.core.DataPlane;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.Status;
import java.net.URI;
import java.util.regex.Pattern;

/** Whether a request on the management port may change something: on request, or on a developer's machine, and never from another site. */
@Singleton
final class ConsoleAccess {
    private static final String ORIGIN = "Origin";

    /** A name that a site could point at this machine is not among them. */
    private static final Pattern LOCAL = Pattern.compile("localhost|[0-9.]+|\\[[0-9a-fA-F:.]+\\]");

    private final boolean allowed;

    ConsoleAccess(DataPlane dataPlane) {
        this.allowed = dataPlane.settings().control().console();
    }

    /** @throws WebApplicationException 403 if it may not; the body has the reason */
    void check(HttpHeaders headers) {
        if (!allowed) {
            throw Problem.of(Status.FORBIDDEN, "POLYFN_CONSOLE=on allows requests that change something");
        }
        String origin = headers.getHeaderString(ORIGIN);
        if (origin != null && !isOurs(origin, String.valueOf(headers.getHeaderString(HttpHeaders.HOST)))) {
            throw Problem.of(Status.FORBIDDEN, "requests from other origins may not change anything");
        }
    }

    /** Browsers send the origin with each request that changes something. */
    private static boolean isOurs(String origin, String host) {
        try {
            URI uri = URI.create(origin);
            return uri.getHost() != null
                    && LOCAL.matcher(uri.getHost()).matches()
                    && host.equals(uri.getRawAuthority());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
