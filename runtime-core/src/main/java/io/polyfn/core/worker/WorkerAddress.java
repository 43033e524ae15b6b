package io.polyfn.core.worker;

import io.vertx.core.net.SocketAddress;

/** How a worker that is ready is reached, found out by what it does first. */
public sealed interface WorkerAddress {
    /** Whether the worker prints the log markers of its invocations itself, so that the core's own would be one pair too many. */
    default boolean printsMarkers() {
        return false;
    }

    /**
     * The worker is an HTTP server: the push link.
     *
     * @param address where it listens
     */
    record Listening(SocketAddress address) implements WorkerAddress {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * The worker asks the Runtime API for invocations: the pull link.
     *
     * @param api what it asks, such as {@code 127.0.0.1:41234/2018-06-01}
     */
    record Polling(String api, boolean printsMarkers) implements WorkerAddress {
        @Override
        public String toString() {
            return api;
        }
    }
}
