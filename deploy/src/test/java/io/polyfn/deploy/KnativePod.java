package io.polyfn.deploy;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A pod of a Knative revision: a function and Knative's queue-proxy in one network, with a container that holds it as the kubelet's does. */
final class KnativePod implements AutoCloseable {
    private static final int ADMIN_PORT = 8022;
    /** A probe with a period of 0 goes on for 10 s. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(15);

    private final Deque<String> containers = new ArrayDeque<>();
    private final KnativeRevision revision;
    private final String functionContainer;
    private final String queueProxyContainer;
    private final Function function;
    private final Function admin;

    record Exits(int function, int queueProxy) {}

    KnativePod(KnativeRevision revision, FunctionImage image, FunctionImage queueProxy, List<String> functionOptions) {
        this.revision = revision;
        try {
            var network = run(
                    List.of(
                            "--publish=127.0.0.1::" + revision.servingPort(),
                            "--publish=127.0.0.1::" + ADMIN_PORT,
                            "--entrypoint=sleep"),
                    List.of(image.name(), "infinity"));
            var shared = List.of("--network=container:" + network);
            functionContainer = run(shared, revision.functionOptions(), functionOptions, List.of(image.name()));
            queueProxyContainer = run(shared, revision.queueProxyOptions(), List.of(queueProxy.name()));
            function = at(network, revision.servingPort());
            admin = at(network, ADMIN_PORT);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** The function through the queue-proxy. */
    Function function() {
        return function;
    }

    KnativePod ready() {
        await().atMost(Duration.ofSeconds(60)).until(() -> probe() == 200);
        return this;
    }

    /** The kubelet's readiness probe, which the queue-proxy carries out. Gives the status, or 0 where nothing answers. */
    int probe() {
        try {
            return function.send(
                            function.request("/")
                                    .header("User-Agent", "kube-probe/1.30")
                                    .header("K-Network-Probe", "queue"),
                            PROBE_TIMEOUT)
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * The kubelet's part of a pod's end. The queue-proxy gets SIGTERM at once. The function gets it when its pre-stop hook is over, which
     * Knative puts there: it waits until the queue-proxy has not seen a request for 30 s.
     */
    CompletableFuture<Exits> terminate() {
        var proxyExit = CompletableFuture.supplyAsync(() -> terminate(queueProxyContainer), Thread::startVirtualThread);
        var functionExit = CompletableFuture.supplyAsync(
                () -> {
                    waitForDrain();
                    return terminate(functionContainer);
                },
                Thread::startVirtualThread);
        return functionExit
                .thenCombine(proxyExit, Exits::new)
                .orTimeout(revision.gracePeriod().toSeconds(), TimeUnit.SECONDS);
    }

    String log() {
        return "function:\n" + log(functionContainer) + "queue-proxy:\n" + log(queueProxyContainer);
    }

    @Override
    public void close() {
        while (!containers.isEmpty()) {
            docker("rm", "--force", containers.pop());
        }
    }

    private void waitForDrain() {
        try {
            admin.send(admin.request("/wait-for-drain"), revision.gracePeriod());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Function at(String network, int port) {
        return Function.at(docker("port", network, Integer.toString(port)));
    }

    @SafeVarargs
    private String run(List<String>... words) {
        var command = Command.docker(List.of("run", "--detach"));
        for (var more : words) {
            command = command.with(more);
        }
        var container = command.output();
        containers.push(container);
        return container;
    }

    private static int terminate(String container) {
        docker("kill", "--signal", "TERM", container);
        return Integer.parseInt(docker("wait", container));
    }

    private static String log(String container) {
        var result = Command.docker(List.of("logs", container)).run();
        return result.out() + result.err();
    }

    private static String docker(String... words) {
        return Command.docker(List.of(words)).output();
    }
}
