package io.polyfn.core;

import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says why the core could not start, in the words of the person who configured it: variables, not properties. */
final class StartFailure {
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w.])polyfn(\\.[a-z-]+)+");

    private StartFailure() {}

    static void print(Throwable failure) {
        reasons(failure).forEach(StartFailure::say);
    }

    static List<String> reasons(Throwable failure) {
        List<String> reasons = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigValidationException invalid) {
                for (int i = 0; i < invalid.getProblemCount(); i++) {
                    reasons.add(inVariables(invalid.getProblem(i).getMessage()));
                }
            } else if (cause instanceof IllegalArgumentException said) {
                reasons.add(said.getMessage());
            }
        }
        return reasons.isEmpty() ? List.of(innermost(failure)) : reasons;
    }

    /** What broke and why, without the layers around it. */
    private static String innermost(Throwable failure) {
        Throwable what = failure;
        Throwable why = failure;
        while (why.getCause() != null) {
            what = why;
            why = why.getCause();
        }
        String both = what.equals(why) ? why.toString() : what.getMessage() + ": " + why.getMessage();
        // The only thing outside that Quarkus uses is the port that it opens.
        return why instanceof IOException
                ? both + "; POLYFN_MANAGEMENT_PORT sets another port, POLYFN_MANAGEMENT=off opens none"
                : both;
    }

    @SuppressWarnings("SystemOut")
    private static void say(String reason) {
        System.err.println("polyfn: " + reason);
    }

    static String inVariables(String message) {
        Matcher properties = PROPERTY.matcher(message);
        return properties.replaceAll(found ->
                found.group().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
    }
}
