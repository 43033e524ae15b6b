package io.polyfn.core.ingress;

import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.worker.FirstWorker;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a worker that came first has taken from callers until the core had the port (decision 0055). The worker finishes that itself; it is in
 * flight here as one, so that a stop waits for it.
 *
 * <p>On the handover socket the worker says which headers its function has been initialized with, a line each and an empty line, and closes
 * when it has nothing left. When it is told here that both stop, it closes its WebSockets.
 */
public final class Handover implements InFlight.Abortable {
    private final Vertx vertx;
    private final FirstWorker worker;
    private final Hooks hooks;
    private final InFlight inFlight;
    private final StringBuilder said = new StringBuilder();
    private final Promise<Void> spoken = Promise.promise();
    private boolean begun;
    private boolean stopping;
    private @Nullable NetSocket socket;

    public Handover(Vertx vertx, FirstWorker worker, Hooks hooks, InFlight inFlight) {
        this.vertx = vertx;
        this.worker = worker;
        this.hooks = hooks;
        this.inFlight = inFlight;
        inFlight.began(this);
    }

    /**
     * Tells the worker to leave the port, because the core has it. Only the first call counts.
     *
     * @return completed when the worker has said what it has been initialized with, or has exited
     */
    public Future<Void> begin() {
        if (begun) {
            return spoken.future();
        }
        begun = true;
        vertx.createNetClient()
                .connect(SocketAddress.domainSocketAddress(
                        worker.handoverSocket().toString()))
                .onSuccess(this::listen)
                // It has exited, and whatever it had with it.
                .onFailure(exited -> over());
        return spoken.future();
    }

    /** Tells the worker to leave the port, because both stop. */
    public void stop() {
        stopping = true;
        begin();
        tellIfStopping();
    }

    private void tellIfStopping() {
        if (stopping && socket != null) {
            var _ = socket.write("\n");
        }
    }

    private void over() {
        inFlight.ended(this);
        spoken.tryComplete();
    }

    private void listen(NetSocket open) {
        socket = open;
        open.handler(text -> hear(text.toString(StandardCharsets.ISO_8859_1)));
        open.exceptionHandler(broken -> {});
        open.closeHandler(done -> over());
        tellIfStopping();
    }

    private void hear(String text) {
        said.append(text);
        int end = said.indexOf("\n\n");
        if (end > 0) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            said.substring(0, end).lines().forEach(line -> {
                int colon = line.indexOf(':');
                headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
            });
            said.setLength(0);
            hooks.initialized(HookEndpoint.passedOn(headers));
        }
        // Without an initializer there is the empty line alone.
        if (end > 0 || said.toString().equals("\n")) {
            spoken.tryComplete();
        }
    }

    @Override
    public void abort(InvocationFailure failure) {
        if (socket != null) {
            var _ = socket.close();
        }
    }
}
