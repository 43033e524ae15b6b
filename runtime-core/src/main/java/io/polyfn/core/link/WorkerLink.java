package io.polyfn.core.link;

import io.polyfn.core.worker.WorkerAddress.Listening;
import io.polyfn.core.worker.WorkerState.Ready;
import io.polyfn.core.worker.WorkerSupervisor;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;

/** The way to the worker, over the link that this worker uses. Used on the event loop only. */
public final class WorkerLink {
    private final PushLink push;
    private final PullLink pull;
    private final RuntimeApi runtimeApi;

    public WorkerLink(Vertx vertx, WorkerSupervisor supervisor) {
        this.push = new PushLink(vertx);
        this.pull = new PullLink(vertx, supervisor);
        this.runtimeApi = new RuntimeApi(vertx, pull);
    }

    /** Opens the Runtime API for the workers that ask; fails if its port cannot be opened. */
    public Future<Void> openRuntimeApi() {
        return runtimeApi.open();
    }

    /**
     * Streams a caller's request to the worker and the answer back.
     *
     * @param observer sees the answer's head and its end
     */
    public Exchange forward(Ready worker, Delivery delivery, AnswerObserver observer) {
        return worker.address() instanceof Listening listening
                ? push.forward(worker, listening, delivery, observer)
                : pull.forward(worker, delivery, observer);
    }

    /**
     * Calls a hook and waits for the whole answer.
     *
     * @return fails where there was no whole answer
     */
    public Future<HookAnswer> call(Ready worker, Hook hook, MultiMap headers) {
        return worker.address() instanceof Listening listening
                ? push.call(worker, listening, hook, headers)
                : pull.call(worker, hook, headers);
    }

    /** Copies the caller's headers without those that stay behind. */
    public static void copyHeaders(HttpServerRequest request, MultiMap to) {
        HeaderRules.toWorker(request.headers(), to);
        if (request.version() == HttpVersion.HTTP_2 && !to.contains(HttpHeaders.HOST)) {
            // HTTP/2 has a pseudo-header for it.
            HostAndPort authority = request.authority();
            if (authority != null) {
                to.set(HttpHeaders.HOST, authority.toString());
            }
        }
    }
}
