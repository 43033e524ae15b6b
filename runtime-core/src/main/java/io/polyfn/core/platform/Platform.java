package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The platforms that run the container, and everything that depends on which of them it is. */
public enum Platform {
    // needsMarkers, exposesManagement, defaultPort, endpoints, headers

    /** Function Compute 3.0, which prints the log markers itself (contract 12.1). */
    FC3(false, false, 9000, Endpoints.FC, PlatformHeaders.FC),
    /** Function Compute 2.0. */
    FC2(true, false, 9000, Endpoints.FC, PlatformHeaders.FC),
    /** AWS Lambda. */
    LAMBDA(false, false, 9000, Endpoints.NO_HOOKS, ""),
    /** Tencent Cloud SCF (contract 12.3). */
    SCF(false, false, 9000, Endpoints.SCF, PlatformHeaders.SCF),
    /** Huawei Cloud FunctionGraph (contract 12.3). */
    FUNCTIONGRAPH(false, false, 8000, Endpoints.FUNCTIONGRAPH, PlatformHeaders.FUNCTIONGRAPH),
    KNATIVE(false, true, 9000, Endpoints.NO_HOOKS, ""),
    KUBERNETES(false, true, 9000, Endpoints.NO_HOOKS, ""),
    /** A developer's machine, with or without Function Compute's local tools, which send its headers. */
    LOCAL(true, true, 9000, Endpoints.FC, "x-");

    static final String OVERRIDE = "POLYFN_PLATFORM";
    private static final List<Platform> ALL = List.of(values());

    private final boolean needsMarkers;
    private final boolean exposesManagement;
    private final int defaultPort;
    private final Endpoints endpoints;
    private final String headers;
    private final String label = name().toLowerCase(Locale.ROOT);

    Platform(boolean needsMarkers, boolean exposesManagement, int defaultPort, Endpoints endpoints, String headers) {
        this.needsMarkers = needsMarkers;
        this.exposesManagement = exposesManagement;
        this.defaultPort = defaultPort;
        this.endpoints = endpoints;
        this.headers = headers;
    }

    /**
     * The platform that the environment shows; {@code POLYFN_PLATFORM} overrides.
     *
     * @throws IllegalArgumentException if {@code POLYFN_PLATFORM} names no platform; the message has the variable, its value and the
     *     valid ones
     */
    public static Platform detect(PlatformEnvironment environment) {
        String override = environment.get(OVERRIDE);
        return override == null
                ? PlatformDetection.detect(environment)
                : Values.parse(OVERRIDE, override, value -> Values.choice(ALL, value));
    }

    /** The name in settings and logs. */
    public String label() {
        return label;
    }

    /** Whether somebody reads the container's log markers, and the platform does not print them itself. */
    public boolean needsMarkers() {
        return needsMarkers;
    }

    /** Whether a second port can be reached from outside the container. */
    public boolean exposesManagement() {
        return exposesManagement;
    }

    /** The public port where no variable sets it. */
    public int defaultPort() {
        return defaultPort;
    }

    /**
     * What a request calls. A hook is one only where the platform, or a local tool in its place, calls it; elsewhere its path is the
     * function's own (contract 2.0.9).
     *
     * @param path without query; null where the request has none
     * @param headers without forged ones
     */
    public Endpoint endpoint(String method, @Nullable String path, MultiMap headers) {
        return endpoints.of(method, path, headers);
    }

    /** Whether it sends events to another path than FC's, the only one that workers know (contract 12.3.2). */
    public boolean hasOwnEventPath() {
        return endpoints.hasOwnEventPath();
    }

    /** Whether a gateway of the platform sends every request, and says in its own way who the caller is. */
    public boolean hasGateway() {
        return this != LOCAL && this != KUBERNETES && this != KNATIVE;
    }

    /**
     * Whether nobody in front answers a request for the log of an invocation, so that the core does, and whoever asks may see it (contract
     * 5.1.11).
     */
    public boolean lacksLogTail() {
        return this == LOCAL;
    }

    /** Removes the headers of platforms that are not in front: a caller made them up (contract 3.16). */
    public void removeForged(MultiMap request) {
        List<String> forged = new ArrayList<>(0);
        for (Map.Entry<String, String> header : request) {
            String name = header.getKey();
            if (PlatformHeaders.includes(name) && !sets(name)) {
                forged.add(name);
            }
        }
        forged.forEach(request::remove);
    }

    private boolean sets(String name) {
        return !headers.isEmpty() && name.regionMatches(true, 0, headers, 0, headers.length()) && name.indexOf('_') < 0;
    }

    /**
     * Whether a failure tells its caller what the worker printed last. That is for whoever develops the function: on FC they see the
     * failures of events, while those of HTTP functions go to anybody.
     *
     * @param ownEvent whether the platform itself gets the failure, as that of an event or a hook
     */
    public boolean showsStderr(boolean ownEvent) {
        return this == LOCAL || (ownEvent && (this == FC2 || this == FC3));
    }
}
