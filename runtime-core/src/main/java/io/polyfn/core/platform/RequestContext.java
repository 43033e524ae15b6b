package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The context of an invocation, from the platform's {@code x-fc-*} headers (contract 3). Absent and empty are alike.
 *
 * @param requestId the platform's id; without it the caller's {@code x-request-id}, or a new one
 * @param fromPlatform whether the platform sent the id; without it this is a local call
 * @param timeout the time the invocation may take, or null for no limit
 */
public record RequestContext(
        String requestId, boolean fromPlatform, @Nullable Duration timeout) {
    /** More than any platform allows, and little enough to be counted in nanoseconds. */
    private static final double LONGEST_SECONDS = Duration.ofDays(3650).toSeconds();

    private static final String REQUEST_ID = "x-request-id";
    private static final int MAX_ID_CHARACTERS = 256;

    /** Reads the headers; without the platform's timeout, {@code defaultTimeout} counts. */
    public static RequestContext of(MultiMap headers, @Nullable Duration defaultTimeout) {
        String id = safe(headers.get(FcHeaders.REQUEST_ID));
        boolean fromPlatform = id != null;
        String callers = fromPlatform ? id : safe(headers.get(REQUEST_ID));
        return new RequestContext(
                callers == null ? newId() : callers,
                fromPlatform,
                timeout(headers.get(FcHeaders.FUNCTION_TIMEOUT), defaultTimeout));
    }

    /** An id becomes part of log lines, headers and paths, and HTTP/2 carries any bytes: one that could forge a line is not taken over. */
    private static @Nullable String safe(@Nullable String id) {
        if (id == null || id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
            return null;
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) <= ' ' || id.charAt(i) > '~') {
                return null;
            }
        }
        return id;
    }

    private static @Nullable Duration timeout(@Nullable String seconds, @Nullable Duration otherwise) {
        if (seconds == null || seconds.isBlank()) {
            return otherwise;
        }
        try {
            double value = Double.parseDouble(seconds.strip());
            return value > 0 ? Duration.ofMillis((long) (Math.min(value, LONGEST_SECONDS) * 1000)) : otherwise;
        } catch (NumberFormatException notFromThePlatform) {
            // The platform sends whole seconds (contract 3); anything else is a local tool's placeholder.
            return otherwise;
        }
    }

    /** An id for a call without the platform's, in the form of FC 3: {@code 1-<time>-<random>-<random>}, all hexadecimal. */
    public static String newId() {
        HexFormat hex = HexFormat.of();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "1-" + hex.toHexDigits((int) (System.currentTimeMillis() / 1000)) + '-'
                + hex.toHexDigits(random.nextInt()) + '-' + hex.toHexDigits(random.nextLong(), 12);
    }
}
