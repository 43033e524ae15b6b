package io.polyfn.core.link;

import org.jspecify.annotations.Nullable;

/** Sees an invocation's response while it passes. */
public interface ResponseObserver {
    /**
     * The head is there, and the headers that may pass have been copied to the caller; the last chance to change them.
     *
     * @param status the worker's HTTP status
     * @param fcStatus the worker's {@code x-fc-status}: {@code 200} or {@code 404} for an event (contract 4.1)
     */
    void head(int status, @Nullable String fcStatus);

    /** The last byte is about to be written. */
    void beforeEnd();

    /**
     * The request has left its worker, which had not taken it, for another one.
     *
     * @param next the link to the other worker; null while there is none yet
     */
    default void movedTo(@Nullable Link next) {}
}
