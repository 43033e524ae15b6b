package io.polyfn.core.platform;

import java.util.List;

/**
 * The public port (contract 1.2).
 *
 * @param port to listen on; 0 for any that is free
 * @param source the variable that decided, or the platform, as {@code platform fc3}
 */
public record ListenPort(int port, String source) {
    /** The first one that is set decides. */
    private static final List<String> VARIABLES =
            List.of("POLYFN_PORT", "FC_CUSTOM_LISTEN_PORT", "FC_SERVER_PORT", "AGENT_PORT", "PORT");

    /**
     * The port of the first variable that is set, or else the platform's.
     *
     * @throws IllegalArgumentException if that variable is not a port; the message has the variable, its value and the valid ones
     */
    public static ListenPort choose(PlatformEnvironment environment, Platform platform) {
        for (String name : VARIABLES) {
            String value = environment.get(name);
            if (value != null) {
                return new ListenPort(Values.parse(name, value, Values::port), name);
            }
        }
        return new ListenPort(platform.defaultPort(), "platform " + platform.label());
    }
}
