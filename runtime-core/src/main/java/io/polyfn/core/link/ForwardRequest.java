package io.polyfn.core.link;

import io.polyfn.core.http.Inbound;
import io.vertx.core.MultiMap;

/**
 * A request on its way to the worker.
 *
 * @param inbound the caller's request, its body unread
 * @param additional headers that the worker gets beside the caller's: request id, context, deadline
 * @param event whether the body is an event for the function; otherwise this is an HTTP request
 * @param bodyLimit bytes that the request's body may have
 */
public record ForwardRequest(Inbound inbound, MultiMap additional, boolean event, long bodyLimit) {}
