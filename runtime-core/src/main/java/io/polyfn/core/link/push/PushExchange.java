package io.polyfn.core.link.push;

import io.polyfn.core.failure.FailureCode;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.HeaderRules;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.http.Relay;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.ResponseMemory;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.link.push.Silence.Since;
import io.polyfn.core.memory.ByteBudget;
import io.polyfn.core.netty.MalformedResponse;
import io.polyfn.core.platform.FcHeaders;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request over the push link: head and body to the worker, head and body of the response back, both streamed with back-pressure. */
final class PushExchange implements Exchange {
    private final WorkerClient client;
    private final ForwardRequest forward;
    private final Inbound inbound;
    private final Caller caller;
    private final ResponseObserver observer;
    private final Consumer<Since> deadlinePassed;
    private final Since handedOver;
    private final ResponseMemory memory;
    private final Promise<Void> done = Promise.promise();
    private @Nullable HttpClientRequest upstream;
    private @Nullable Relay requestBody;
    private @Nullable Relay responseBody;
    private boolean headSent;
    private boolean released;
    private boolean over;

    PushExchange(
            WorkerClient client,
            ByteBudget memory,
            ForwardRequest forward,
            Caller caller,
            ResponseObserver observer,
            Consumer<Since> deadlinePassed) {
        this.client = client;
        this.forward = forward;
        this.inbound = forward.inbound();
        this.caller = caller;
        this.observer = observer;
        this.deadlinePassed = deadlinePassed;
        this.handedOver = client.silence().begin();
        this.memory = client.responseMemory(memory);
    }

    @Override
    public Future<Void> done() {
        return done.future();
    }

    @Override
    public void abort(InvocationFailure reason) {
        boolean waited = !over;
        stop();
        if (waited && reason.code() == FailureCode.DEADLINE_EXCEEDED) {
            deadlinePassed.accept(handedOver);
        }
    }

    private void stop() {
        over = true;
        if (requestBody != null) {
            requestBody.stop();
        }
        if (responseBody != null) {
            responseBody.discard();
        }
        if (upstream != null && !released) {
            client.abandon(upstream);
        }
        release();
    }

    @Override
    public boolean keepsOthersWaiting(boolean permitsContended) {
        if (over || !permitsContended || inbound.isUpgrade()) {
            return false;
        }
        // Once there is a response, an open request is a conversation, and the next word need not be the caller's.
        boolean uploading = requestBody != null && !requestBody.isOver() && !caller.headWritten();
        return caller.isBehind() || (uploading && upstream != null && !upstream.writeQueueFull());
    }

    PushExchange start() {
        if (inbound.isHttp2()) {
            // Callers can send requests and take them back in one segment, thousands of them; none shall cost a
            // connection.
            client.later(this::open);
        } else {
            open();
        }
        return this;
    }

    private void open() {
        if (over) {
            return;
        }
        client.open(inbound.method(), inbound.uri()).onComplete(opened -> {
            if (opened.failed()) {
                fail(new NotDelivered("no connection to the worker", opened.cause()));
            } else if (over) {
                opened.result().reset();
                client.released(opened.result());
            } else {
                sendOrFail(opened.result());
            }
        });
    }

    /** An HTTP/2 caller may send header values that HTTP/1.1 cannot carry. */
    private void sendOrFail(HttpClientRequest to) {
        try {
            send(to);
        } catch (IllegalArgumentException notToBeWritten) {
            stop();
            done.tryFail(new InvocationFailure(
                    FailureCode.BAD_REQUEST, "the request has a header that HTTP/1.1 cannot carry", notToBeWritten));
        }
    }

    private void send(HttpClientRequest to) {
        upstream = to;
        HeaderRules.toWorker(inbound, forward.additional(), to.headers());
        if (inbound.isUpgrade()) {
            // What happens to the request is reported with the tunnel's end; without a handler it would be logged as an
            // error as well.
            to.exceptionHandler(reportedWithTheTunnel -> {});
            Tunnel.ask(inbound, to).map(this::switchOrRespond).onFailure(this::broken);
            return;
        }
        to.exceptionHandler(this::broken);
        to.earlyHintsHandler(hints -> {
            if (!over) {
                caller.earlyHints(hints);
            }
        });
        // map() turns an exception of ours into a failure too; in a plain handler the caller would get no response.
        to.response().map(this::respond).onFailure(this::broken);
        if (inbound.hasNoBody()) {
            var _ = to.end();
            inbound.body().resume();
            return;
        }
        to.setChunked(inbound.length() == Inbound.UNKNOWN);
        requestBody = new Relay(
                inbound.body(),
                to,
                inbound.length(),
                forward.bodyLimit(),
                () -> beforeRequestEnd(to),
                this::tooLarge,
                Relay.Backlog.TAKEN);
        requestBody.startFromCaller(this::broken);
        // What has arrived of the body already goes out together with the head, in one write. Where nothing has, the
        // head
        // does not wait for it: the worker may well respond first.
        client.later(() -> sendHead(to));
    }

    private HttpClientResponse switchOrRespond(HttpClientResponse from) {
        if (from.statusCode() != 101) {
            inbound.body().resume();
            return respond(from);
        }
        Tunnel.join(client, inbound, caller, from, observer, memory)
                .onSuccess(closed -> succeed())
                .onFailure(this::broken);
        return from;
    }

    private void sendHead(HttpClientRequest to) {
        if (!over && requestBody != null && !requestBody.begun()) {
            headSent = true;
            var _ = to.sendHead();
        }
    }

    /** HTTP/2 shows only by the end of the stream that a request has no body; the worker should not see an empty one. */
    private void beforeRequestEnd(HttpClientRequest to) {
        if (inbound.isHttp2() && inbound.bytesRead() == 0 && !headSent) {
            to.setChunked(false);
        }
    }

    private HttpClientResponse respond(HttpClientResponse from) {
        if (over) {
            return from;
        }
        caller.status(from.statusCode());
        boolean fcInFront = inbound.headers().contains(FcHeaders.REQUEST_ID);
        HeaderRules.toCaller(from.headers(), caller.headers(), fcInFront);
        long length = HeaderRules.contentLength(from.headers());
        boolean bodiless = HeaderRules.isResponseWithoutBody(inbound.method(), from.statusCode());
        boolean streams = length == Inbound.UNKNOWN && !bodiless;
        if (streams) {
            caller.stream();
        }
        observer.head(from.statusCode(), from.getHeader(FcHeaders.STATUS));
        if (bodiless && !HeaderRules.mayAnnounceAbsentBody(inbound.method(), caller.status())) {
            // With the status that the caller gets, such as an event's 200 for a 304, the length would be that of a
            // body.
            caller.headers().remove(HttpHeaders.CONTENT_LENGTH);
        }
        Relay body = new Relay(
                from,
                caller,
                bodiless ? Inbound.UNKNOWN : length,
                Long.MAX_VALUE,
                () -> beforeEnd(from),
                () -> {},
                memory);
        responseBody = body;
        var _ = caller.sent().onSuccess(read -> succeed());
        int unread = bodiless ? 0 : ResponseMemory.unread(length);
        if (unread == 0) {
            body.start(this::broken);
        } else {
            from.pause();
            from.exceptionHandler(this::broken);
            memory.take(unread, from.request().connection())
                    .onSuccess(held -> startHeld(body))
                    .onFailure(this::notHeld);
        }
        if (streams) {
            // A stream's head goes out at once: the caller waits for it, and the first byte may take long (server-sent
            // events).
            caller.sendHead();
        }
        return from;
    }

    private void startHeld(Relay body) {
        if (!over) {
            body.start(this::broken);
            memory.releaseSoonIf(() -> !caller.isBehind());
        }
    }

    private void notHeld(Throwable late) {
        if (!over) {
            stop();
            done.tryFail(late);
        }
    }

    private void beforeEnd(HttpClientResponse from) {
        caller.trailers(from.trailers());
        observer.beforeEnd();
    }

    private void tooLarge() {
        fail(new InvocationFailure(
                FailureCode.PAYLOAD_TOO_LARGE,
                "the request body is larger than the " + forward.bodyLimit() + " bytes allowed"));
        stop();
    }

    /** The connection to the worker broke: because its process exited, or because it violated the protocol. */
    private void broken(Throwable cause) {
        if (over) {
            return;
        }
        stop();
        if (cause instanceof InvocationFailure || cause instanceof MalformedResponse) {
            done.tryFail(Exchange.brokeOff(cause));
            return;
        }
        client.exitWithin(EXIT_AFTER_BREAK_MILLIS)
                .onSuccess(exit -> done.tryFail(new InvocationFailure(
                        FailureCode.WORKER_EXITED, "the worker exited during the invocation, with " + exit.describe())))
                .onFailure(running -> done.tryFail(Exchange.brokeOff(cause)));
    }

    private void succeed() {
        over = true;
        if (requestBody != null && !requestBody.isOver()) {
            // The worker responded before all of the body was read: the rest is discarded, and the connection cannot be
            // used again.
            stop();
            inbound.body().resume();
        }
        release();
        done.tryComplete();
    }

    private void fail(RuntimeException failure) {
        over = true;
        done.tryFail(failure);
    }

    private void release() {
        if (upstream != null && !released) {
            released = true;
            client.released(upstream);
        }
        memory.release();
    }
}
