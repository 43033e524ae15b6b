package io.polyfn.core.cloudevents;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How CloudEvents travel over HTTP; by content type (contract 9.4). */
enum CloudEventMode {
    /** Attributes in {@code ce-*} headers, the data in the body. */
    BINARY,
    /** All of one event in the body. */
    STRUCTURED,
    /** An array of events in the body. */
    BATCH;

    static final String JSON = "application/cloudevents+json";
    private static final String JSON_BATCH = "application/cloudevents-batch+json";
    private static final String FAMILY = "application/cloudevents";

    static boolean isCloudEvents(@Nullable String contentType) {
        return contentType != null && contentType.regionMatches(true, 0, FAMILY, 0, FAMILY.length());
    }

    static CloudEventMode of(@Nullable String contentType) {
        if (contentType == null || !isCloudEvents(contentType)) {
            return BINARY;
        }
        return switch (mediaType(contentType)) {
            case JSON -> STRUCTURED;
            case JSON_BATCH -> BATCH;
            default ->
                throw new InvocationFailure(
                        FailureCode.INVALID_CLOUD_EVENT,
                        "CloudEvents in the format %s are not understood: send %s, %s, or ce-* headers"
                                .formatted(contentType, JSON, JSON_BATCH));
        };
    }

    /** A content type without its parameters. */
    static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
