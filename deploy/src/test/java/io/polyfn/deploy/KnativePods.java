package io.polyfn.deploy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Pods of a test class, each with the queue-proxy in it. The first queue-proxy takes a minute or two to build, later ones none. */
final class KnativePods implements AutoCloseable {
    private final FunctionImage queueProxy = FunctionImage.queueProxy();
    private final FunctionImage http = FunctionImage.nodejs("behind-queue-proxy");
    private final Deque<KnativePod> running = new ArrayDeque<>();

    /** Of src/test/functions/behind-queue-proxy. */
    KnativePod start(KnativeRevision revision, String... functionOptions) {
        return start(revision, http, functionOptions);
    }

    KnativePod start(KnativeRevision revision, FunctionImage image, String... functionOptions) {
        var pod = new KnativePod(revision, image, queueProxy, List.of(functionOptions));
        running.push(pod);
        return pod;
    }

    void stop() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }

    @Override
    public void close() {
        http.close();
        queueProxy.close();
    }
}
