package io.polyfn.core.platform;

import java.util.List;

/** The prefixes of the headers that platforms set (contract 3 and 12.3). */
public final class PlatformHeaders {
    static final String FC = FcHeaders.PREFIX;
    static final String SCF = "x-scf-";
    static final String FUNCTIONGRAPH = "x-cff-";

    private static final List<String> ALL = List.of(FC, SCF, FUNCTIONGRAPH);

    private PlatformHeaders() {}

    /** Whether a header is a platform's, or would be read as one: some frameworks make no difference between {@code _} and {@code -}. */
    public static boolean includes(String name) {
        for (String prefix : ALL) {
            if (begins(name, prefix)) {
                return true;
            }
        }
        return false;
    }

    private static boolean begins(String name, String prefix) {
        if (name.length() < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            char c = name.charAt(i);
            if (Character.toLowerCase(c == '_' ? '-' : c) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
