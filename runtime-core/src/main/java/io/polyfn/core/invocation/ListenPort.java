package io.polyfn.core.invocation;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/** The public port: which variable decides it (contract 1.2), and what to say about a value that is no port. */
@Singleton
public final class ListenPort {
    private static final List<String> VARIABLES =
            List.of("POLYFN_PORT", "FC_CUSTOM_LISTEN_PORT", "FC_SERVER_PORT", "PORT");
    private static final int DEFAULT = 9000;

    private final int port;

    ListenPort(Config config) {
        this.port = choose(
                name -> config.getOptionalValue(property(name), String.class).orElse(null));
    }

    public int port() {
        return port;
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
