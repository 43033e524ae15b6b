package io.polyfn.core.link;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * What is to be brought to the worker.
 *
 * @param request the caller's request, paused, its body unread
 * @param headers writes what the worker gets to know: the caller's, without those that {@link WorkerLink#copyHeaders} leaves out
 * @param event whether the body is an event for the function; otherwise it is an HTTP request
 * @param bodyLimit bytes that the request's body may have
 */
public record Delivery(HttpServerRequest request, Consumer<MultiMap> headers, boolean event, long bodyLimit) {}
