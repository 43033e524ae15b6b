package io.polyfn.deploy;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends each request to the next of the functions it knows of, once, as a Service's endpoints are used: nothing is tried again. */
final class Balancer {
    private final List<Function> endpoints = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    void add(Function function) {
        endpoints.add(function);
    }

    void remove(Function function) {
        endpoints.remove(function);
    }

    HttpResponse<String> invoke(String event) throws IOException {
        var now = List.copyOf(endpoints);
        return now.get(Math.floorMod(turn.getAndIncrement(), now.size())).invoke(event);
    }
}
