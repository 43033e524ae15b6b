package io.polyfn.core.lifecycle;

import io.polyfn.core.failure.FailureBody;
import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.invocation.HookHandler;
import io.polyfn.core.link.AnswerObserver;
import io.polyfn.core.link.Hook;
import io.polyfn.core.link.HookAnswer;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;

/** The platform's hooks on the public port (contract 2, rows 3 to 5): what a request says goes to {@link Hooks}, its result is the answer. */
final class HookEndpoint implements HookHandler {
    private final Hooks hooks;

    HookEndpoint(Hooks hooks) {
        this.hooks = hooks;
    }

    @Override
    public void handle(Hook hook, HttpServerRequest request) {
        HttpServerResponse response = request.response();
        hooks.began(answeredOrGone(response));
        hooks.call(hook, passed(request.headers()))
                .onSuccess(answer -> write(response, answer))
                .onFailure(failure -> write(response, asFailure(failure)));
    }

    private static Future<Void> answeredOrGone(HttpServerResponse response) {
        Promise<Void> over = Promise.promise();
        response.endHandler(ended -> over.tryComplete());
        response.closeHandler(closed -> over.tryComplete());
        return over.future();
    }

    private static void write(HttpServerResponse response, HookAnswer answer) {
        String type = answer.headers().get(HttpHeaders.CONTENT_TYPE);
        response.putHeader(HttpHeaders.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
        String code = answer.headers().get(FailureCode.HEADER);
        if (FailureCode.mayComeFromWorker(code)) {
            response.putHeader(FailureCode.HEADER, code);
        }
        end(response, answer.status(), answer.succeeded(), answer.body());
    }

    private static void write(HttpServerResponse response, InvocationFailure failure) {
        response.putHeader(FailureCode.HEADER, failure.code().wire())
                .putHeader(HttpHeaders.CONTENT_TYPE, FailureBody.CONTENT_TYPE);
        end(response, failure.code().eventStatus(), false, FailureBody.of(failure));
    }

    private static void end(HttpServerResponse response, int status, boolean succeeded, Buffer body) {
        if (!response.closed()) {
            response.putHeader(AnswerObserver.FC_STATUS, succeeded ? "200" : "404");
            var _ = response.setStatusCode(status).end(body);
        }
    }

    private static InvocationFailure asFailure(Throwable cause) {
        return cause instanceof InvocationFailure failure
                ? failure
                : new InvocationFailure(
                        FailureCode.BAD_WORKER_ANSWER, "the worker broke off in a hook: " + cause.getMessage(), cause);
    }

    /** The platform's context and the trace; what else the request carries concerns this connection only. */
    private static MultiMap passed(MultiMap from) {
        MultiMap to = MultiMap.caseInsensitiveMultiMap();
        from.forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-") || name.equalsIgnoreCase("traceparent")) {
                to.add(name, value);
            }
        });
        return to;
    }
}
