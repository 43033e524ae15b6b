package io.polyfn.core.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * An invocation or a hook, as listeners see it. Confined to the event loop.
 *
 * <p>It carries the little state that listeners keep for each call, because a map from calls to state would cost more.
 */
public final class Call {
    private final String requestId;
    private final String kind;
    private final String subject;
    private final String path;
    private final @Nullable String traceparent;
    private final long startedMillis = System.currentTimeMillis();
    private final long startedNanos = System.nanoTime();
    private @Nullable String worker;
    private long bytesIn;
    private long bytesOut;
    private boolean markedStart;
    private boolean markedEnd;
    private boolean markedByWorker;

    /**
     * @param kind as in metrics: {@code event}, {@code http}, or a hook's name such as {@code pre-stop}
     * @param subject as in log markers: {@code Invoke}, {@code Initialize}, ...
     * @param path of the request, without its query, which may carry credentials
     */
    public Call(String requestId, String kind, String subject, String path, @Nullable String traceparent) {
        this.requestId = requestId;
        this.kind = kind;
        this.subject = subject;
        this.path = path;
        this.traceparent = traceparent;
    }

    public String requestId() {
        return requestId;
    }

    public String kind() {
        return kind;
    }

    String subject() {
        return subject;
    }

    String path() {
        return path;
    }

    @Nullable
    String traceparent() {
        return traceparent;
    }

    long startedMillis() {
        return startedMillis;
    }

    /** Nanoseconds since the call was accepted. */
    public long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /**
     * It goes to a worker.
     *
     * @param name such as {@code worker 2}; null where there is one only
     */
    public void handedTo(@Nullable String name) {
        worker = name;
    }

    /** The last one that it was handed to. */
    @Nullable
    String worker() {
        return worker;
    }

    /** Bytes of the request's and of the response's body. */
    public void transferred(long in, long out) {
        bytesIn = in;
        bytesOut = out;
    }

    long bytesIn() {
        return bytesIn;
    }

    long bytesOut() {
        return bytesOut;
    }

    /** Whether this is the first time that the start marker is due. */
    boolean markStart() {
        boolean first = !markedStart;
        markedStart = true;
        return first;
    }

    void markedByWorker() {
        markedByWorker = true;
    }

    boolean isMarkedByWorker() {
        return markedByWorker;
    }

    /** Whether this is the first time that the end marker is due. */
    boolean markEnd() {
        boolean first = !markedEnd;
        markedEnd = true;
        return first;
    }
}
