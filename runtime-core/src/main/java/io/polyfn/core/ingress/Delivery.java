package io.polyfn.core.ingress;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.http.Inbound;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.worker.Refusals;
import io.polyfn.core.worker.Worker;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** The way of one invocation to a worker, or to the next one if the first has not seen it; and which worker has it. */
final class Delivery {
    private final Ingress ingress;
    private final InvocationRequest request;
    private final Caller caller;
    private final ResponseObserver observer;
    private @Nullable Worker worker;
    private @Nullable Exchange exchange;
    private @Nullable Refusals refusals;
    private boolean over;

    Delivery(Ingress ingress, InvocationRequest request, Caller caller, ResponseObserver observer) {
        this.ingress = ingress;
        this.request = request;
        this.caller = caller;
        this.observer = observer;
    }

    /** Completed when the whole response has been written; fails with what the caller is to get. */
    Future<Void> to(Worker ready, Inbound received) {
        if (over) {
            return Future.succeededFuture();
        }
        caller.continueBody();
        ingress.listener().forwarded(request.call(), ready.link().printsMarkers());
        Exchange attempt = ready.link().forward(request.forward(received), caller, observer);
        exchange = attempt;
        enter(ready);
        // A worker that exited a moment ago has not seen the request, so the next worker may have it.
        return attempt.done()
                .onSuccess(served -> absolve())
                .recover(failure -> failure instanceof Exchange.NotDelivered refusal
                        ? readyAgain(ready, refusal).compose(next -> to(next, received))
                        : Future.failedFuture(failure));
    }

    private void absolve() {
        if (worker != null) {
            worker.absolve();
        }
    }

    private Future<Worker> readyAgain(Worker refusing, Exchange.NotDelivered refusal) {
        enter(null);
        if (refusals == null) {
            refusals = new Refusals(ingress.vertx(), ingress.workers());
        }
        return refusals.retry(refusing, refusal.nobodyListens());
    }

    /** The link has given it to another worker's, or takes it back for the moment. */
    void movedTo(@Nullable Link next) {
        if (!over) {
            enter(next == null ? null : ingress.workers().having(next));
        }
    }

    boolean keepsOthersWaiting(boolean contended) {
        return exchange != null && exchange.keepsOthersWaiting(contended);
    }

    /** Ends the exchange from outside. */
    void abort(InvocationFailure reason) {
        over = true;
        if (exchange != null) {
            exchange.abort(reason);
        }
    }

    /** No worker has it any more. */
    void end() {
        over = true;
        enter(null);
    }

    private void enter(@Nullable Worker next) {
        if (worker != null) {
            worker.leave();
        }
        worker = next;
        if (next != null) {
            request.call().handedTo(next.name());
            next.enter();
        }
    }
}
