package io.polyfn.core.link;

import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** What an invocation has to say about its answer while it passes. */
public interface AnswerObserver {
    /** The header in which a worker says whether an event succeeded: {@code 200} or {@code 404} (contract 4.1). */
    String FC_STATUS = "x-fc-status";

    /**
     * The answer's head is there and the headers that may pass have been copied; the last chance to change them.
     *
     * @param status the worker's HTTP status
     * @param fcStatus what it said in {@value #FC_STATUS}, if anything
     */
    void head(int status, @Nullable String fcStatus, HttpServerResponse caller);

    /** The answer's last byte is about to be written. */
    void beforeEnd();
}
