package io.polyfn.core.link.push;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.failure.TimeLimit;
import io.polyfn.core.http.Caller;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.link.push.Silence.Since;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.worker.WorkerExit;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.function.BiConsumer;

/** The link to a worker that is an HTTP server: the platform's own contract, spoken again inside. */
public final class PushLink implements Link {
    /** Whoever waits for a hook is told first that its time is over. */
    private static final Duration AFTER_TIME_LIMIT = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final WorkerClient client;
    private final ByteBudget memory;
    private final BiConsumer<Link, String> kill;

    /**
     * @param tunnels those of all push links
     * @param kill kills the worker of a link that is of no more use, for a reason
     */
    public PushLink(
            Vertx vertx,
            SocketAddress address,
            Future<WorkerExit> exited,
            ByteBudget memory,
            Tunnels tunnels,
            BiConsumer<Link, String> kill) {
        this.vertx = vertx;
        this.memory = memory;
        this.kill = kill;
        this.client = new WorkerClient(vertx, address, exited, memory, tunnels);
    }

    @Override
    public Exchange forward(ForwardRequest request, Caller caller, ResponseObserver observer) {
        return new PushExchange(client, memory, request, caller, observer, this::deadlinePassed).start();
    }

    @Override
    public Future<HookResponse> call(Hook hook, MultiMap headers) {
        return client.open(hook.method(), hook.path())
                .compose(request -> response(request, hook, headers))
                .recover(failure -> client.exitWithin(Exchange.EXIT_AFTER_BREAK_MILLIS)
                        .transform(exit -> Future.failedFuture(
                                exit.failed() ? Exchange.brokeOff(failure) : workerExited(exit.result()))));
    }

    @Override
    public void goAway() {
        client.tunnels().goAway(client);
    }

    private Future<HookResponse> response(HttpClientRequest request, Hook hook, MultiMap headers) {
        Future<HookResponse> whole = send(request, headers)
                .compose(response -> HookResponse.readBody(response, () -> client.abandon(request))
                        .map(body -> new HookResponse(response.statusCode(), response.headers(), body)));
        return TimeLimit.within(vertx, hook.timeLimit(headers).plus(AFTER_TIME_LIMIT), whole)
                .onFailure(late -> client.abandon(request))
                .onComplete(done -> client.released(request));
    }

    private void deadlinePassed(Since handedOver) {
        if (client.silence().isTooLong(handedOver)) {
            kill.accept(this, "it has sent nothing while the deadlines of several invocations passed");
        }
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, MultiMap headers) {
        request.headers().addAll(headers);
        return request.send();
    }

    private static InvocationFailure workerExited(WorkerExit exit) {
        return new InvocationFailure(
                FailureCode.WORKER_EXITED, "the worker exited during a hook, with " + exit.describe());
    }
}
