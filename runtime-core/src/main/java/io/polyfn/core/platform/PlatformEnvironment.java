package io.polyfn.core.platform;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables of the core.
 *
 * <p>Absent, blank and {@code undefined} all mean unset: local tools pass unset variables as that word (contract 7.1).
 *
 * @param variables names and values as the process received them
 */
public record PlatformEnvironment(Map<String, String> variables) {
    private static final String UNSET = "undefined";

    public PlatformEnvironment {
        variables = Map.copyOf(variables);
    }

    /** The environment of this process. */
    public static PlatformEnvironment ofProcess() {
        return new PlatformEnvironment(System.getenv());
    }

    /** The value without surrounding white space, or null if the variable is unset. */
    public @Nullable String get(String name) {
        String value = variables.get(name);
        if (value == null) {
            return null;
        }
        String stripped = value.strip();
        return stripped.isEmpty() || stripped.equals(UNSET) ? null : stripped;
    }

    /** The value without surrounding white space, or {@code otherwise} if the variable is unset. */
    public String get(String name, String otherwise) {
        String value = get(name);
        return value == null ? otherwise : value;
    }

    /** Whether the variable is set. */
    public boolean has(String name) {
        return get(name) != null;
    }
}
