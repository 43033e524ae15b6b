package io.polyfn.deploy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A container that is started, asked whether it is ready, and stopped, as the Deployment says. */
final class Pod implements AutoCloseable {
    private final String container;
    private final PodRules rules;
    private final Function function;
    private final Function management;

    private Pod(String container, PodRules rules) {
        this.container = container;
        this.rules = rules;
        function = Function.at(docker("port", container, Integer.toString(rules.port())));
        management = Function.at(docker("port", container, Integer.toString(rules.managementPort())));
    }

    static Pod start(FunctionImage image, PodRules rules) {
        var container = Command.docker(List.of(
                        "run",
                        "--detach",
                        "--publish=127.0.0.1::" + rules.port(),
                        "--publish=127.0.0.1::" + rules.managementPort()))
                .with(rules.dockerOptions())
                .with(List.of(image.name()))
                .output();
        return new Pod(container, rules);
    }

    Function function() {
        return function;
    }

    boolean ready() {
        return management.answers(rules.readinessPath());
    }

    /** The kubelet's part of a pod's end: SIGTERM, and the grace period. Gives the exit code. */
    CompletableFuture<Integer> terminate() {
        // The common pool has one thread on two CPUs, and what takes the pod out of the balancer needs it meanwhile.
        return CompletableFuture.supplyAsync(() -> signal("TERM"), Thread::startVirtualThread)
                .orTimeout(rules.gracePeriod().toMillis(), TimeUnit.MILLISECONDS);
    }

    int kill() {
        return signal("KILL");
    }

    String log() {
        var result = Command.docker(List.of("logs", container)).run();
        return result.out() + result.err();
    }

    @Override
    public void close() {
        docker("rm", "--force", container);
    }

    private int signal(String signal) {
        docker("kill", "--signal", signal, container);
        return Integer.parseInt(docker("wait", container));
    }

    private static String docker(String... words) {
        return Command.docker(List.of(words)).output();
    }
}
