package io.polyfn.core.link;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;

/**
 * What is to be brought to the worker.
 *
 * @param request the caller's request, paused, its body unread
 * @param headers what the worker gets to know; hop-by-hop headers have been left out with {@link WorkerLink#headersFor}
 * @param event whether the body is an event for the function; otherwise it is an HTTP request
 * @param bodyLimit bytes that the request's body may have
 */
public record Delivery(HttpServerRequest request, MultiMap headers, boolean event, long bodyLimit) {}
