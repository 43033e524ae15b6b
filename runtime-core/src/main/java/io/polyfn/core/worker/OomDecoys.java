package io.polyfn.core.worker;

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

    private static final long PAUSE_MILLIS = 1000;

    private OomDecoys() {}

    /** Keeps them running for as long as this process lives. */
    public static void keep() {
        for (int i = 0; i < COUNT; i++) {
            Thread.ofVirtual().name("oom-decoy-" + i).start(OomDecoys::keepOne);
        }
    }

    private static void keepOne() {
        try {
            while (true) {
                runOne();
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("BUG: nobody interrupts this thread", e);
        }
    }

    private static void runOne() throws InterruptedException {
        try {
            // It ends with the core, when nobody can write to it any more.
            Process decoy = new ProcessBuilder("cat")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            OomPriority.first(decoy);
            decoy.waitFor();
        } catch (IOException noProcesses) {
            LOG.debug("no decoy for the kernel", noProcesses);
        }
    }
}
