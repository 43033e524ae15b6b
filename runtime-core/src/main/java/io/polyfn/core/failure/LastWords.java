package io.polyfn.core.failure;

/** What a worker printed last, at the end of a failure's message: the log has it anyway, and not every caller may see it. */
public final class LastWords {
    private static final String BEGIN = "; its last lines on stderr: ";

    private LastWords() {}

    /** The message with the end of standard error, if there is any. */
    public static String append(String message, String stderr) {
        return stderr.isBlank() ? message : message + BEGIN + stderr.strip();
    }

    /** The message without it. */
    public static String remove(String message) {
        int begin = message.indexOf(BEGIN);
        return begin < 0 ? message : message.substring(0, begin);
    }
}
