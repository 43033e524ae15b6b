package io.polyfn.core.worker;

import io.vertx.core.net.SocketAddress;

/** How a worker is reached, detected by what it does first. */
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
     * The worker polls the Runtime API for invocations: the pull link.
     *
     * @param api such as {@code 127.0.0.1:41234/2018-06-01}
     * @param printsMarkers whether it prints the log markers of its invocations itself
     */
    record Polling(String api, boolean printsMarkers) implements WorkerAddress {
        @Override
        public String toString() {
            return api;
        }
    }
}
