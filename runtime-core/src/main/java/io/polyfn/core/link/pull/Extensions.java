package io.polyfn.core.link.pull;

import io.polyfn.core.failure.Json;
import io.polyfn.core.platform.PlatformEnvironment;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Lambda's Extensions API (contract 9.1.12) for internal extensions, which run in the worker's process. Clients register one in order to be
 * sent SIGTERM, which every worker gets here; their {@code event/next} blocks, and is no poll for an invocation. Confined to the event loop.
 */
final class Extensions {
    static final String PREFIX = "/2020-01-01/extension";

    private static final String NAME = "Lambda-Extension-Name";
    private static final String IDENTIFIER = "Lambda-Extension-Identifier";
    private static final int MAX_BODY_BYTES = 64 * 1024;
    /** As many as Lambda allows. Those of workers that have exited are the oldest. */
    private static final int MOST = 10;
    /** For an extension that does not ask for its events. */
    private static final int MOST_UNREAD = 100;

    private final JsonObject function;
    private final PostBodies bodies;
    private final Map<String, Extension> registered = new LinkedHashMap<>();

    private static final class Extension {
        private final boolean invocations;
        private final Queue<JsonObject> unread = new ArrayDeque<>();
        private @Nullable HttpServerResponse waiting;

        Extension(boolean invocations) {
            this.invocations = invocations;
        }
    }

    Extensions(PlatformEnvironment environment, PostBodies bodies) {
        this.bodies = bodies;
        function = new JsonObject()
                .put(
                        "functionName",
                        environment.get("AWS_LAMBDA_FUNCTION_NAME", environment.get("FC_FUNCTION_NAME", "function")))
                .put("functionVersion", environment.get("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"))
                .put("handler", environment.get("_HANDLER", environment.get("POLYFN_HANDLER", "bootstrap")));
    }

    void handle(HttpServerRequest request) {
        String call = request.path().substring(PREFIX.length());
        if (request.method().equals(HttpMethod.POST) && call.equals("/register")) {
            RuntimeApiPost post = new RuntimeApiPost(Dialect.LAMBDA, request);
            bodies.read(post, MAX_BODY_BYTES, body -> register(request, body));
        } else if (request.method().equals(HttpMethod.GET) && call.equals("/event/next")) {
            next(request);
        } else {
            refuse(request, 404, "UnknownCall", "the Extensions API has no " + request.method() + " " + request.path());
        }
    }

    private void register(HttpServerRequest request, Buffer body) {
        if (!request.headers().contains(NAME)) {
            refuse(request, 403, "Extension.InvalidExtensionName", "the header " + NAME + " is missing");
            return;
        }
        JsonArray events = events(body);
        if (events == null) {
            refuse(request, 400, "InvalidRequestFormat", "the body must be JSON such as {\"events\":[\"INVOKE\"]}");
        } else if (events.contains("SHUTDOWN")) {
            refuse(
                    request,
                    403,
                    "ShutdownEventNotSupportedForInternalExtension",
                    "an internal extension cannot register for SHUTDOWN; its process gets SIGTERM");
        } else {
            String id = UUID.randomUUID().toString();
            registered.put(id, new Extension(events.contains("INVOKE")));
            if (registered.size() > MOST) {
                registered.remove(registered.keySet().iterator().next());
            }
            request.response().putHeader(IDENTIFIER, id);
            respond(request.response(), 200, function);
        }
    }

    /** The events to register for, null if the body is invalid. Go's client says {@code null} for none. */
    private static @Nullable JsonArray events(Buffer body) {
        try {
            if (body.length() > 0 && Json.decode(body) instanceof JsonObject json) {
                Object events = json.getValue("events");
                return events == null ? new JsonArray() : events instanceof JsonArray list ? list : null;
            }
        } catch (DecodeException noJson) {
            // Refused.
        }
        return null;
    }

    private void next(HttpServerRequest request) {
        Extension extension = registered.get(request.headers().get(IDENTIFIER));
        if (extension == null) {
            refuse(
                    request,
                    403,
                    "Extension.UnknownExtensionIdentifier",
                    "the header " + IDENTIFIER + " names no registered extension");
            return;
        }
        HttpServerResponse response = request.response();
        JsonObject event = extension.unread.poll();
        if (event != null) {
            respond(response, 200, event);
            return;
        }
        extension.waiting = response;
        response.closeHandler(gone -> {
            if (response.equals(extension.waiting)) {
                extension.waiting = null;
            }
        });
    }

    /** The worker gets an invocation, of whose response to {@code next} these are the headers. */
    void invoked(MultiMap next) {
        if (registered.isEmpty() || !next.contains("Lambda-Runtime-Aws-Request-Id")) {
            return;
        }
        JsonObject event = new JsonObject()
                .put("eventType", "INVOKE")
                .put("deadlineMs", Long.parseLong(next.get("Lambda-Runtime-Deadline-Ms")))
                .put("requestId", next.get("Lambda-Runtime-Aws-Request-Id"))
                .put("invokedFunctionArn", next.get("Lambda-Runtime-Invoked-Function-Arn"))
                .put(
                        "tracing",
                        new JsonObject()
                                .put("type", "X-Amzn-Trace-Id")
                                .put("value", next.get("Lambda-Runtime-Trace-Id")));
        registered.values().stream().filter(each -> each.invocations).forEach(each -> tell(each, event));
    }

    private static void tell(Extension extension, JsonObject event) {
        HttpServerResponse waiting = extension.waiting;
        if (waiting != null) {
            extension.waiting = null;
            respond(waiting, 200, event);
            return;
        }
        if (extension.unread.size() == MOST_UNREAD) {
            extension.unread.remove();
        }
        extension.unread.add(event);
    }

    private static void refuse(HttpServerRequest request, int status, String type, String message) {
        respond(
                request.response(),
                status,
                new JsonObject().put("errorType", type).put("errorMessage", message));
    }

    private static void respond(HttpServerResponse response, int status, JsonObject body) {
        if (!response.ended() && !response.closed()) {
            var _ = response.setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(Json.encode(body));
        }
    }
}
