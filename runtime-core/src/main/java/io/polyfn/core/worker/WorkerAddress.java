package io.polyfn.core.worker;

import io.vertx.core.net.SocketAddress;

/** How a worker is reached, detected by what it does first. */
public sealed interface WorkerAddress {
    /** Whether no second process of the function can run beside this one. */
    boolean isAlone();

    /**
     * The worker is an HTTP server: the push link.
     *
     * @param address where it listens
     * @param isAlone whether the port is one that every process of the function would take: not one that this process alone was told
     */
    record Listening(SocketAddress address, boolean isAlone) implements WorkerAddress {
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
        public boolean isAlone() {
            return false;
        }

        @Override
        public String toString() {
            return api;
        }
    }
}
