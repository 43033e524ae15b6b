package io.polyfn.core.worker;

import io.vertx.core.net.SocketAddress;

/** How a worker that is ready is reached, found out by what it does first. */
public sealed interface WorkerAddress {
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
    record Polling(String api) implements WorkerAddress {
        @Override
        public String toString() {
            return api;
        }
    }
}
