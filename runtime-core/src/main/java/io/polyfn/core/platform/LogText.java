package io.polyfn.core.platform;

/** Values from outside in the log: none may look like a line of its own, or be so long that it hides others. */
public final class LogText {
    private static final int MAX_CHARACTERS = 300;

    private LogText() {}

    /** The text with spaces for control characters and line separators, cut where it is too long. */
    public static String oneLine(String text) {
        String bounded = text.length() > MAX_CHARACTERS ? text.substring(0, MAX_CHARACTERS) + "..." : text;
        StringBuilder line = new StringBuilder(bounded.length());
        bounded.chars()
                .forEach(c -> line.append(Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : (char) c));
        return line.toString();
    }
}
