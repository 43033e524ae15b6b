package io.polyfn.core.platform;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The context of an invocation, from the platform's {@code x-fc-*} headers (contract 3). Absent and empty are alike.
 *
 * @param requestId the platform's id, or a new one of the same form
 * @param fromPlatform whether the platform sent the id; without it this is a local call
 * @param timeout the time the invocation may take, or null for no limit
 */
public record RequestContext(
        String requestId, boolean fromPlatform, @Nullable Duration timeout) {
    /** More than any platform allows, and little enough to be counted in nanoseconds. */
    private static final double LONGEST_SECONDS = Duration.ofDays(3650).toSeconds();

    /** Reads the headers; without the platform's timeout, {@code defaultTimeout} counts. */
    public static RequestContext of(MultiMap headers, @Nullable Duration defaultTimeout) {
        String id = headers.get(FcHeaders.REQUEST_ID);
        boolean fromPlatform = id != null && !id.isEmpty();
        return new RequestContext(
                fromPlatform ? id : newId(),
                fromPlatform,
                timeout(headers.get(FcHeaders.FUNCTION_TIMEOUT), defaultTimeout));
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
