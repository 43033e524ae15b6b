package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerAddress.Listening;
import io.polyfn.core.worker.WorkerExit;
import io.polyfn.core.worker.WorkerState.Ready;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import org.jspecify.annotations.Nullable;

/** Sends requests to a worker that is an HTTP server: the platform's own contract, spoken again inside. */
final class PushLink {
    private final Vertx vertx;
    private @Nullable WorkerClient client;

    PushLink(Vertx vertx) {
        this.vertx = vertx;
    }

    Exchange forward(Ready worker, Listening at, Delivery delivery, AnswerObserver observer) {
        return new PushExchange(clientOf(worker, at), delivery, observer).start();
    }

    Future<HookAnswer> call(Ready worker, Listening at, Hook hook, MultiMap headers) {
        WorkerClient to = clientOf(worker, at);
        return to.open(hook.method(), hook.path())
                .compose(request -> send(request, headers)
                        .compose(response -> response.body()
                                .map(body -> new HookAnswer(response.statusCode(), response.headers(), body)))
                        .onComplete(done -> to.released(request)))
                .recover(failure -> to.exitWithin(Exchange.EXIT_AFTER_BREAK_MILLIS)
                        .transform(exit -> Future.failedFuture(exit.failed() ? failure : workerEnded(exit.result()))));
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, MultiMap headers) {
        request.headers().addAll(headers);
        return request.send();
    }

    private static InvocationFailure workerEnded(WorkerExit exit) {
        return new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker ended while a hook was in it, with " + exit.describe());
    }

    private WorkerClient clientOf(Ready worker, Listening at) {
        if (client == null || !client.worker().equals(worker)) {
            client = new WorkerClient(vertx, worker, at.address());
        }
        return client;
    }
}
