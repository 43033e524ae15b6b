package io.polyfn.core.cloudevents;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.platform.LogText;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * CloudEvents over HTTP (contract 9.4), for event functions: which requests they are, and how much of them the core holds. Confined to
 * the event loop.
 *
 * <p>An event is converted once all of it has been received, and the core's memory is small, so one event and all together are limited.
 */
public final class CloudEvents {
    /** Twice Kafka's default. Conversion needs several times that, in a heap of 64 MiB. */
    static final int MAX_BYTES = 2 * 1024 * 1024;

    /** A response with the same data may have it in Base64. */
    static final int MAX_RESPONSE_BYTES = MAX_BYTES / 2 * 3;

    static final int MAX_TOTAL_BYTES = 4 * MAX_BYTES;
    private static final Logger LOG = Logger.getLogger(CloudEvents.class);

    /** An event is there as bytes and as an object while it is converted. */
    private static final int COPIES = 3;

    private final ByteBudget memory;
    private final boolean on;
    private final long limit;
    private long held;
    private boolean reportedDrop;

    /**
     * @param on whether CloudEvents are events for the function
     * @param maxEventSize bytes that any event may have
     */
    public CloudEvents(boolean on, long maxEventSize, ByteBudget memory) {
        this.memory = memory;
        this.on = on;
        this.limit = Math.min(maxEventSize, MAX_BYTES);
    }

    /**
     * A request that is a CloudEvent.
     *
     * @param caller gets the response in the form that brokers understand
     * @param conversion reads the event and converts it to the request that FC would make of it; fails with what the caller is to get
     */
    public record Received(Caller caller, Supplier<Future<Inbound>> conversion) {}

    /** Whether a request is a CloudEvent, or claims to be one and lacks something. */
    public boolean includes(Inbound inbound) {
        return on && HttpMethod.POST.equals(inbound.method()) && claimsToBeOne(inbound.headers());
    }

    private static boolean claimsToBeOne(MultiMap headers) {
        return CloudEventMode.isCloudEvents(headers.get(HttpHeaders.CONTENT_TYPE))
                || headers.contains("ce-specversion")
                || headers.contains("ce-id")
                || headers.contains("ce-source")
                || headers.contains("ce-type");
    }

    /**
     * Takes a request that is one.
     *
     * @param draining as for {@link Caller}
     */
    public Received receive(Inbound inbound, HttpServerRequest request, BooleanSupplier draining) {
        EventConversion conversion = new EventConversion(inbound, this);
        boolean structured = CloudEventMode.isCloudEvents(inbound.header(HttpHeaders.CONTENT_TYPE));
        Caller caller = new CloudEventCaller(request, draining, this, structured, conversion::letGo);
        return new Received(caller, () -> {
            caller.continueBody();
            return conversion.convert();
        });
    }

    /** Bytes that one event may have. */
    long limit() {
        return limit;
    }

    /** Counts bytes that are held until {@link #release}; fails if there is no room for them. */
    void hold(int bytes) {
        if (held + bytes > MAX_TOTAL_BYTES) {
            throw new InvocationFailure(
                    FailureCode.TOO_MANY_INVOCATIONS,
                    "the core holds CloudEvents of %d bytes; the limit is %d".formatted(held, MAX_TOTAL_BYTES));
        }
        take(bytes);
        held += bytes;
    }

    void release(int bytes) {
        held -= bytes;
        memory.give(COPIES * bytes);
    }

    /** The same for bytes of a response, until {@link #releaseResponse}. */
    void holdResponse(int bytes) {
        take(bytes);
    }

    void releaseResponse(int bytes) {
        memory.give(COPIES * bytes);
    }

    private void take(int bytes) {
        if (!memory.tryTake(COPIES * bytes)) {
            throw new InvocationFailure(
                    FailureCode.MEMORY_EXHAUSTED,
                    "the core has no memory for the CloudEvent beside what it holds already");
        }
    }

    /** A broker would take such a response for a failure; a developer who misses it finds the reason in the log, once. */
    void dropped(String reason) {
        if (!reportedDrop) {
            reportedDrop = true;
            LOG.infof("dropped the function's response: it is not a CloudEvent: %s", LogText.oneLine(reason));
        }
    }
}
