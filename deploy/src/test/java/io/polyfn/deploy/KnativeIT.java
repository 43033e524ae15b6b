package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.Container;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The container of the Knative service, with the environment that Knative gives it, and its probes as they are carried out. */
class KnativeIT {

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#withExample")
    void theProbesSucceedInTheContainerAndFailWithoutTheManagementPort(Language language) throws Exception {
        var spec = Manifests.one(Manifests.parse(Project.text("deploy/knative/service.yaml")), Service.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
        try (var image = FunctionImage.of(language)) {
            var healthy = start(image, spec, List.of());
            try {
                var management = Function.at(docker("port", healthy, port(spec)));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> management.answers(
                                spec.getReadinessProbe().getHttpGet().getPath()));
                assertThat(exitCode(healthy, spec.getLivenessProbe().getExec().getCommand()))
                        .isZero();
            } finally {
                docker("rm", "--force", healthy);
            }

            var closed = start(image, spec, List.of("--env=POLYFN_MANAGEMENT=off"));
            try {
                var function = Function.at(docker("port", closed, "9000"));
                await().atMost(Duration.ofSeconds(30)).until(() -> function.answers("/"));
                assertThat(exitCode(closed, spec.getLivenessProbe().getExec().getCommand()))
                        .isNotZero();
            } finally {
                docker("rm", "--force", closed);
            }
        }
    }

    private static String start(FunctionImage image, Container spec, List<String> more) {
        var options = new ArrayList<>(List.of(
                "run",
                "--detach",
                "--read-only",
                "--tmpfs=/tmp",
                "--publish=127.0.0.1::9000",
                "--publish=127.0.0.1::" + port(spec),
                "--env=PORT=" + spec.getPorts().getFirst().getContainerPort()));
        spec.getEnv().forEach(variable -> options.add("--env=" + variable.getName() + "=" + variable.getValue()));
        options.addAll(more);
        options.add(image.name());
        return Command.docker(options).output();
    }

    private static String port(Container spec) {
        return spec.getReadinessProbe().getHttpGet().getPort().getIntVal().toString();
    }

    private static int exitCode(String container, List<String> command) {
        return Command.docker(List.of("exec", container)).with(command).run().exitCode();
    }

    private static String docker(String... words) {
        return Command.docker(List.of(words)).output();
    }
}
