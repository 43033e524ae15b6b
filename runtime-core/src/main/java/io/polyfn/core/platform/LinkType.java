package io.polyfn.core.platform;

/** Which side of the link sends the requests. */
public enum LinkType {
    /** The core sends requests to the worker, which is an HTTP server. */
    PUSH,
    /** The worker polls the Runtime API. */
    PULL
}
