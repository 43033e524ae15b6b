package io.polyfn.core.link;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.WorkerExit;
import io.polyfn.core.worker.WorkerState.Ready;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Sends requests to the worker over HTTP, the platform's own contract spoken again inside. Used on the event loop only. */
@Singleton
public final class PushLink {
    private final Vertx vertx;
    private @Nullable WorkerClient client;

    PushLink(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Streams a caller's request to the worker and the answer back.
     *
     * @param headers what the worker gets; hop-by-hop headers have to be left out with {@link #headersFor}
     * @param bodyLimit bytes that the request's body may have
     * @param observer sees the answer's head and its end
     */
    public Exchange forward(
            Ready worker, HttpServerRequest request, MultiMap headers, long bodyLimit, AnswerObserver observer) {
        return new Exchange(clientOf(worker), request, headers, bodyLimit, observer).start();
    }

    /**
     * Calls the worker without a body and waits for the whole answer; for hooks.
     *
     * @return fails where there was no whole answer
     */
    public Future<Answer> call(Ready worker, HttpMethod method, String path, MultiMap headers) {
        WorkerClient to = clientOf(worker);
        return to.open(method, path, headers)
                .compose(request -> request.send()
                        .compose(response -> response.body()
                                .map(body -> new Answer(response.statusCode(), response.headers(), body)))
                        .onComplete(done -> to.released(request)))
                .recover(failure -> to.exitWithin(Exchange.EXIT_AFTER_BREAK_MILLIS)
                        .transform(exit -> Future.failedFuture(exit.failed() ? failure : workerEnded(exit.result()))));
    }

    private static InvocationFailure workerEnded(WorkerExit exit) {
        return new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker ended while a hook was in it, with " + exit.describe());
    }

    /** A copy of the caller's headers without those that stay behind. */
    public static MultiMap headersFor(HttpServerRequest request) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        HeaderRules.toWorker(request.headers(), headers);
        HostAndPort authority = request.authority();
        if (authority != null && !headers.contains(HttpHeaders.HOST)) {
            // HTTP/2 has a pseudo-header for it.
            headers.set(HttpHeaders.HOST, authority.toString());
        }
        return headers;
    }

    private WorkerClient clientOf(Ready worker) {
        if (client == null || !client.worker().equals(worker)) {
            client = new WorkerClient(vertx, worker);
        }
        return client;
    }

    /** A worker's whole answer to a hook. */
    public record Answer(int status, MultiMap headers, Buffer body) {
        public boolean succeeded() {
            return status >= 200 && status < 300;
        }
    }
}
