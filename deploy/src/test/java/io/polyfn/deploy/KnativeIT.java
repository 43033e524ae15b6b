package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The container of the Knative service, with the environment that Knative gives it, and its probes as they are carried out. */
class KnativeIT {

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#withExample")
    void theProbesSucceedInTheContainerAndFailWithoutTheManagementPort(Language language) throws Exception {
        var revision = KnativeRevision.ofManifest();
        var spec = revision.container();
        try (var image = FunctionImage.of(language)) {
            var healthy = start(image, revision, List.of());
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

            var closed = start(image, revision, List.of("--env=POLYFN_MANAGEMENT=off"));
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

    private static String start(FunctionImage image, KnativeRevision revision, List<String> more) {
        return Command.docker(List.of(
                        "run",
                        "--detach",
                        "--publish=127.0.0.1::9000",
                        "--publish=127.0.0.1::" + port(revision.container())))
                .with(revision.functionOptions())
                .with(more)
                .with(List.of(image.name()))
                .output();
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
