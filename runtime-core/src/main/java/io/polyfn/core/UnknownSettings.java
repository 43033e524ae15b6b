package io.polyfn.core;

import io.polyfn.core.platform.PlatformEnvironment;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Finds variables that look like settings and are none, such as misspelled ones. */
final class UnknownSettings {
    private static final String PREFIX = "POLYFN_";

    /** Set by the core for its workers, by the images' entrypoint and by their build. */
    private static final Set<String> INTERNAL =
            Set.of("POLYFN_SOCKET", "POLYFN_WORKER_ID", "POLYFN_FIRST_WORKER", "POLYFN_VERSION");

    /** Kubernetes sets these in every container for a Service whose name begins with {@code polyfn}. */
    private static final String SERVICE_LINK = ".*_SERVICE_(HOST|PORT.*)|.*_PORT_\\d+_(TCP|UDP|SCTP)_.*";

    private static final int MOST_MISTAKES = 3;

    private UnknownSettings() {}

    /** A line for each unknown variable, in alphabetical order. */
    static List<String> warnings(PlatformEnvironment environment) {
        return environment.variables().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith(PREFIX))
                .filter(variable ->
                        !isKnown(variable.getKey()) && !isServiceLink(variable.getKey(), variable.getValue()))
                .map(variable -> warning(variable.getKey()))
                .sorted()
                .toList();
    }

    private static boolean isServiceLink(String name, String value) {
        return value.startsWith("tcp://") || value.startsWith("udp://") || name.matches(SERVICE_LINK);
    }

    private static boolean isKnown(String name) {
        return INTERNAL.contains(name) || names().anyMatch(name::equals);
    }

    private static String warning(String unknown) {
        String nearest = names().min((a, b) -> Integer.compare(distance(unknown, a), distance(unknown, b)))
                .orElseThrow();
        return "unknown setting " + unknown
                + (distance(unknown, nearest) <= MOST_MISTAKES ? ": did you mean " + nearest + '?' : " is ignored");
    }

    private static Stream<String> names() {
        return Setting.ALL.stream().map(Setting::name);
    }

    /** The number of letters to insert, delete or replace (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
