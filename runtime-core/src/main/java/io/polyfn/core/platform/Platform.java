package io.polyfn.core.platform;

import java.util.List;
import java.util.Locale;

/** The platforms that run the container, and everything that depends on which of them it is. */
public enum Platform {
    // needsMarkers, exposesManagement, defaultPort, callsHooks

    /** Function Compute 3.0, which prints the log markers itself (contract 12.1). */
    FC3(false, false, 9000, true),
    /** Function Compute 2.0. */
    FC2(true, false, 9000, true),
    /** AWS Lambda. */
    LAMBDA(false, false, 9000, false),
    /** Tencent Cloud SCF (contract 12.3). */
    SCF(false, false, 9000, false),
    /** Huawei Cloud FunctionGraph (contract 12.3). */
    FUNCTIONGRAPH(false, false, 8000, true),
    KNATIVE(false, true, 9000, false),
    KUBERNETES(false, true, 9000, false),
    /** A developer's machine, with or without Function Compute's local tools. */
    LOCAL(true, true, 9000, true);

    static final String OVERRIDE = "POLYFN_PLATFORM";
    private static final List<Platform> ALL = List.of(values());

    private final boolean needsMarkers;
    private final boolean exposesManagement;
    private final int defaultPort;
    private final boolean callsHooks;
    private final String label = name().toLowerCase(Locale.ROOT);

    Platform(boolean needsMarkers, boolean exposesManagement, int defaultPort, boolean callsHooks) {
        this.needsMarkers = needsMarkers;
        this.exposesManagement = exposesManagement;
        this.defaultPort = defaultPort;
        this.callsHooks = callsHooks;
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

    /** Whether the platform, or a local tool in its place, calls the hooks. */
    public boolean callsHooks() {
        return callsHooks;
    }
}
