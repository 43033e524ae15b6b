package io.polyfn.core;

import io.smallrye.config.ConfigValidationException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what is wrong with the configuration in the words of the person who wrote it: variables, not properties. */
final class ConfigurationError {
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w.])polyfn(\\.[a-z-]+)+");

    private ConfigurationError() {}

    @SuppressWarnings("SystemOut")
    static void print(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigValidationException invalid) {
                for (int i = 0; i < invalid.getProblemCount(); i++) {
                    System.err.println(
                            "polyfn: " + inVariables(invalid.getProblem(i).getMessage()));
                }
            } else if (cause instanceof IllegalArgumentException said) {
                System.err.println("polyfn: " + said.getMessage());
            }
        }
    }

    static String inVariables(String message) {
        // Quarkus reads these two itself, under names of its own.
        String ours = message.replace("quarkus.management.port", "polyfn.management-port")
                .replace("quarkus.management.host-enabled", "polyfn.management");
        Matcher properties = PROPERTY.matcher(ours);
        return properties.replaceAll(found ->
                found.group().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
    }
}
