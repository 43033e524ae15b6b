package io.polyfn.core.invocation;

import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** The public port: which variable decides it (contract 1.2), and what to say about a value that is no port. */
public final class ListenPort {
    private static final List<String> VARIABLES =
            List.of("POLYFN_PORT", "FC_CUSTOM_LISTEN_PORT", "FC_SERVER_PORT", "PORT");
    private static final int DEFAULT = 9000;

    private ListenPort() {}

    /**
     * The port to listen on; 0 for any that is free.
     *
     * @throws IllegalArgumentException if the variable that decides is no port; the message names variable and value
     */
    public static int of(Config config) {
        return choose(
                name -> config.getOptionalValue(property(name), String.class).orElse(null));
    }

    /**
     * The first variable that has a value decides; local tools pass unset ones as {@code undefined} (contract 7.1).
     *
     * @throws IllegalArgumentException if that value is no port; the message names variable and value
     */
    static int choose(Function<String, @Nullable String> environment) {
        for (String name : VARIABLES) {
            String value = environment.apply(name);
            if (value != null && !value.isBlank() && !value.equals("undefined")) {
                return parse(name, value.strip());
            }
        }
        return DEFAULT;
    }

    private static int parse(String name, String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException said) {
            // Said below, in words that name the variable.
        }
        throw new IllegalArgumentException(name + "=" + value + " is not a port: give a number from 0 to 65535");
    }

    private static String property(String variable) {
        return variable.equals("POLYFN_PORT") ? "polyfn.port" : variable;
    }
}
