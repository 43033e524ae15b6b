package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest of Kubernetes and Knative is what the API knows, by Fabric8's models. */
class ManifestsIT {

    @ParameterizedTest
    @MethodSource("manifests")
    void isReadStrictly(String manifest) {
        assertThat(Manifests.parse(Project.text(manifest))).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "deploy/kubernetes/base/deployment.yaml, readOnlyRootFilesystem, readOnlyRootFileSystem",
        "deploy/kubernetes/base/deployment.yaml, terminationGracePeriodSeconds, terminationGracePeriod",
        "deploy/kubernetes/base/deployment.yaml, maxSurge: 1, maxSurge: [1]",
        "deploy/kubernetes/base/deployment.yaml, apps/v1, apps/v2",
        "deploy/kubernetes/base/autoscaler.yaml, averageUtilization, utilization",
        "deploy/kubernetes/base/disruption-budget.yaml, maxUnavailable, maxUnready",
        "deploy/kubernetes/base/network-policy.yaml, ipBlock, ipRange",
        "deploy/kubernetes/base/service.yaml, targetPort, target",
        "deploy/knative/service.yaml, containerConcurrency, concurrency",
        "deploy/knative/trigger.yaml, backoffPolicy, backOff",
    })
    void aSpoiledCopyIsRejected(String manifest, String good, String bad) {
        var text = Project.text(manifest);
        assertThat(text).contains(good);

        assertThatThrownBy(() -> Manifests.parse(text.replace(good, bad))).isNotNull();
    }

    @Test
    void aKeyThatIsThereTwiceIsRejected() {
        assertThatThrownBy(() -> Manifests.parse("apiVersion: v1\nkind: Namespace\nkind: Namespace\n"))
                .hasMessageContaining("Duplicate");
    }

    static Stream<String> manifests() throws IOException {
        try (var kubernetes = Files.walk(Project.path("deploy/kubernetes"));
                var knative = Files.walk(Project.path("deploy/knative"))) {
            return Stream.concat(kubernetes, knative)
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("kustomization.yaml"))
                    .map(file -> Project.ROOT.relativize(file).toString())
                    .toList()
                    .stream();
        }
    }
}
