package io.polyfn.core.invocation;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What the platform says about an invocation in its {@code x-fc-*} headers (contract 3). Absent and empty are alike.
 *
 * @param requestId the platform's id, or a new one of the same form
 * @param fromPlatform whether the platform gave the id; without it this is a local call
 * @param timeout the time the invocation may take, or null for no limit
 */
record RequestContext(
        String requestId, boolean fromPlatform, @Nullable Duration timeout) {
    static final String REQUEST_ID = "x-fc-request-id";
    private static final String TIMEOUT = "x-fc-function-timeout";
    /** More than any platform allows, and little enough to be counted in nanoseconds. */
    private static final double LONGEST_SECONDS = Duration.ofDays(3650).toSeconds();

    static RequestContext of(MultiMap headers, @Nullable Duration defaultTimeout) {
        String id = headers.get(REQUEST_ID);
        boolean fromPlatform = id != null && !id.isEmpty();
        return new RequestContext(
                fromPlatform ? id : newId(), fromPlatform, timeout(headers.get(TIMEOUT), defaultTimeout));
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

    /** The form of FC 3: {@code 1-<time>-<random>-<random>}, all hexadecimal. */
    private static String newId() {
        HexFormat hex = HexFormat.of();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "1-" + hex.toHexDigits((int) (System.currentTimeMillis() / 1000)) + '-'
                + hex.toHexDigits(random.nextInt()) + '-' + hex.toHexDigits(random.nextLong(), 12);
    }
}
