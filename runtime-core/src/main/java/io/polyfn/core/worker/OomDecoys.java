package io.polyfn.core.worker;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Processes that wait to be killed. When the container's memory is exhausted, the kernel kills the worker, and may look for another process
 * while it is still freeing that one's memory: without decoys there is only the core (docs/decisions/0060).
 */
public final class OomDecoys {
    private static final Logger LOG = Logger.getLogger(OomDecoys.class);

    /** Measured: with three of them the core has never been the next one. */
    private static final int COUNT = 3;

    /** The start of the core needs the CPU more. */
    private static final long PAUSE_MILLIS = 1000;

    private OomDecoys() {}

    /** Has them running, a second from now and for as long as this process lives. */
    public static void keep(Vertx vertx) {
        for (int i = 0; i < COUNT; i++) {
            keepOne(vertx);
        }
    }

    private static void keepOne(Vertx vertx) {
        vertx.setTimer(
                PAUSE_MILLIS,
                due -> vertx.executeBlocking(OomDecoys::start)
                        .compose(decoy -> Future.fromCompletionStage(decoy.onExit(), vertx.getOrCreateContext()))
                        .onFailure(reason -> LOG.debug("no decoy for the kernel", reason))
                        .onComplete(gone -> keepOne(vertx)));
    }

    private static Process start() throws IOException {
        // It ends with the core, when nobody can write to it any more.
        Process decoy = new ProcessBuilder("cat")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        OomPriority.first(decoy);
        return decoy;
    }
}
