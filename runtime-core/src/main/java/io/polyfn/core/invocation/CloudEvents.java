package io.polyfn.core.invocation;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import org.jboss.logging.Logger;

/**
 * CloudEvents over HTTP (contract 9.4), for event functions: which requests they are, and how much of them the core holds. Confined to
 * the event loop.
 *
 * <p>An event is converted when all of it is there, and the core's memory is small, so there is a limit to one and to all of them.
 */
final class CloudEvents {
    /** Twice of what Kafka takes by default. To convert one takes a multiple of it, in a heap of 64 MiB. */
    static final int MOST_BYTES = 2 * 1024 * 1024;

    /** An answer with the same data may have it in Base64. */
    static final int MOST_ANSWER_BYTES = MOST_BYTES / 2 * 3;

    static final int MOST_BYTES_OF_ALL = 4 * MOST_BYTES;
    private static final Logger LOG = Logger.getLogger(CloudEvents.class);

    private final boolean on;
    private final long limit;
    private long held;
    private boolean toldOfAnswer;

    CloudEvents(InvocationConfig config) {
        this(
                config.cloudevents() == InvocationConfig.Switch.ON
                        || config.signature().filter("event"::equals).isPresent(),
                config.maxEventSize().asLongValue());
    }

    CloudEvents(boolean on, long maxEventSize) {
        this.on = on;
        this.limit = Math.min(maxEventSize, MOST_BYTES);
    }

    /** Whether a request is a CloudEvent, or wants to be one and lacks something. */
    boolean isOne(HttpServerRequest request) {
        return on && HttpMethod.POST.equals(request.method()) && saysSo(request);
    }

    private static boolean saysSo(HttpServerRequest request) {
        return CloudEventMode.isCloudEvents(request.getHeader(HttpHeaders.CONTENT_TYPE))
                || request.headers().contains("ce-specversion")
                || request.headers().contains("ce-id")
                || request.headers().contains("ce-source")
                || request.headers().contains("ce-type");
    }

    CloudEventRequest event(HttpServerRequest request) {
        return new CloudEventRequest((HttpServerRequestInternal) request, this);
    }

    /** Bytes that one event may have. */
    long limit() {
        return limit;
    }

    /** Counts bytes that are kept until {@link #release}; fails where the core has enough to keep. */
    void hold(int bytes) {
        if (held + bytes > MOST_BYTES_OF_ALL) {
            throw new InvocationFailure(
                    FailureCode.TOO_MANY_INVOCATIONS,
                    "the core holds CloudEvents of %d bytes and may hold %d".formatted(held, MOST_BYTES_OF_ALL));
        }
        held += bytes;
    }

    void release(int bytes) {
        held -= bytes;
    }

    /** A broker would take such an answer for a failure; a developer who misses it is told why, once. */
    void dropped(String why) {
        if (!toldOfAnswer) {
            toldOfAnswer = true;
            LOG.infof("the function's answer to a CloudEvent is none, and is not sent: %s", why);
        }
    }
}
