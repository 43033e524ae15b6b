package io.polyfn.core.platform;

/** What a request calls (contract 2): one of the platform's hooks, or the function, by an event or by HTTP. */
public sealed interface Endpoint permits Hook, RequestKind {
    /** Where FC calls it, which is also where a worker is called on every platform; the value of {@code x-fc-control-path}. */
    String path();
}
