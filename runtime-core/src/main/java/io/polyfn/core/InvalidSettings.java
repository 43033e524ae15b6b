package io.polyfn.core;

import java.util.List;

/** Some variables have wrong values. */
final class InvalidSettings extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // It is immutable, and nobody serialises it.
    private final List<String> problems;

    /** @param problems one for each wrong value, such as {@code PORT=abc is not a port: use a number from 0 to 65535} */
    InvalidSettings(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }
}
