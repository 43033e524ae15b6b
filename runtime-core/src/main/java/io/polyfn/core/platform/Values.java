package io.polyfn.core.platform;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The forms of variables' values. A wrong value is an {@link IllegalArgumentException} whose message has a valid example; {@link #parse}
 * puts the variable and the value before it.
 *
 * <p>Written without regular expressions, which cost every start some milliseconds.
 */
public final class Values {
    private static final String DURATIONS = ": use 500ms, 30s or 2m";
    private static final String SIZES = ": use 512K, 32M or 1G";
    private static final int HIGHEST_PORT = 65535;
    private static final int MOST_WORKERS = 100;
    /** Ten years: far more than any platform allows, and short enough to be counted in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(3650);

    private Values() {}

    /**
     * The value of a variable.
     *
     * @throws IllegalArgumentException if it has another form than the given one; the message begins with {@code NAME=value}
     */
    public static <T> T parse(String name, String value, Function<String, T> form) {
        try {
            return form.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + '=' + value + ' ' + e.getMessage(), e);
        }
    }

    /** A time of zero or more: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, or a number of seconds. */
    public static Duration duration(String value) {
        Duration duration = signedDuration(value);
        if (duration.isNegative()) {
            throw new IllegalArgumentException("must not be negative" + DURATIONS);
        }
        if (duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("is too long" + DURATIONS);
        }
        return duration;
    }

    /** As {@link #duration}, and more than zero. */
    public static Duration positiveDuration(String value) {
        Duration duration = duration(value);
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be more than 0" + DURATIONS);
        }
        return duration;
    }

    private static Duration signedDuration(String value) {
        int unit = startOfUnit(value);
        try {
            long number = Long.parseLong(value.substring(0, unit));
            return switch (value.substring(unit).toLowerCase(Locale.ROOT)) {
                case "ms" -> Duration.ofMillis(number);
                case "s", "" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> throw new IllegalArgumentException("is not a duration" + DURATIONS);
            };
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("is not a duration" + DURATIONS, e);
        }
    }

    /** A number of bytes: {@code 32M}, with the unit B, K, M, G or T, or none for bytes. */
    public static long size(String value) {
        int unit = startOfUnit(value);
        try {
            long number = Long.parseLong(value.substring(0, unit));
            if (number < 0) {
                throw new IllegalArgumentException("must not be negative" + SIZES);
            }
            return Math.multiplyExact(number, bytes(value.substring(unit)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("is not a size" + SIZES, e);
        }
    }

    private static long bytes(String unit) {
        return switch (unit.toUpperCase(Locale.ROOT)) {
            case "B", "" -> 1;
            case "K" -> 1L << 10;
            case "M" -> 1L << 20;
            case "G" -> 1L << 30;
            case "T" -> 1L << 40;
            default -> throw new IllegalArgumentException("is not a size" + SIZES);
        };
    }

    private static int startOfUnit(String value) {
        int start = value.length();
        while (start > 0 && Character.isLetter(value.charAt(start - 1))) {
            start--;
        }
        return start;
    }

    /** A number of zero or more. */
    public static int count(String value) {
        try {
            int count = Integer.parseInt(value);
            if (count >= 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is not a whole number: use 0 or more, such as 10", e);
        }
        throw new IllegalArgumentException("must not be negative: use 0 or more, such as 10");
    }

    /** A number of workers from 1 to 100; 0 for {@code auto}. */
    public static int workers(String value) {
        if (value.equalsIgnoreCase("auto")) {
            return 0;
        }
        int workers;
        try {
            workers = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            workers = 0;
        }
        if (workers < 1 || workers > MOST_WORKERS) {
            throw new IllegalArgumentException("must be auto or a number from 1 to " + MOST_WORKERS);
        }
        return workers;
    }

    /** A port to listen on; 0 for any that is free. */
    public static int port(String value) {
        return port(value, 0);
    }

    /** A port to connect to. */
    public static int remotePort(String value) {
        return port(value, 1);
    }

    private static int port(String value, int lowest) {
        int port;
        try {
            port = Integer.parseInt(value);
        } catch (NumberFormatException e) {
            port = -1;
        }
        if (port < lowest || port > HIGHEST_PORT) {
            throw new IllegalArgumentException(
                    "is not a port: use a number from %d to %d".formatted(lowest, HIGHEST_PORT));
        }
        return port;
    }

    /** A handler: {@code file.export}, with folders before it. */
    public static String handler(String value) {
        String name = value.substring(value.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        if (dot < 1 || dot == name.length() - 1) {
            throw new IllegalArgumentException("is not a handler: use file.export, such as index.handler");
        }
        return value;
    }

    /**
     * One of the constants, named in any case.
     *
     * @param choices two or more
     */
    public static <E extends Enum<E>> E choice(List<E> choices, String value) {
        for (E choice : choices) {
            if (choice.name().equalsIgnoreCase(value)) {
                return choice;
            }
        }
        List<String> words = choices.stream()
                .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                .toList();
        int last = words.size() - 1;
        throw new IllegalArgumentException(
                "must be " + String.join(", ", words.subList(0, last)) + " or " + words.get(last));
    }
}
