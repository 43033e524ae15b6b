package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code kustomize build} makes of an overlay: one function, whose parts find each other and no other function's. */
class KustomizeIT {

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void thePartsOfAnOverlayFindEachOther(Language language) {
        var resources = Overlay.build(language);
        var deployment = Manifests.one(resources, Deployment.class);
        var labels = deployment.getSpec().getTemplate().getMetadata().getLabels();

        assertThat(labels).containsEntry("app.kubernetes.io/name", "function-" + language);
        assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
        assertThat(Manifests.one(resources, Service.class).getSpec().getSelector())
                .isEqualTo(labels);
        assertThat(Manifests.one(resources, PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(labels);
        assertThat(Manifests.one(resources, NetworkPolicy.class)
                        .getSpec()
                        .getPodSelector()
                        .getMatchLabels())
                .isEqualTo(labels);
        assertThat(Manifests.one(resources, HorizontalPodAutoscaler.class)
                        .getSpec()
                        .getScaleTargetRef()
                        .getName())
                .isEqualTo(deployment.getMetadata().getName());
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void anOverlayRunsItsLanguagesImageInTheNamespaceThatRestrictsIt(Language language) {
        var resources = Overlay.build(language);

        assertThat(Overlay.container(resources).getImage()).endsWith("/hello-" + language + ":1");
        assertThat(resources)
                .filteredOn(resource -> !resource.getKind().equals("Namespace"))
                .isNotEmpty()
                .allSatisfy(resource ->
                        assertThat(resource.getMetadata().getNamespace()).isEqualTo("functions"));
        assertThat(resources)
                .filteredOn(resource -> resource.getKind().equals("Namespace"))
                .singleElement()
                .extracting(HasMetadata::getMetadata)
                .satisfies(namespace -> assertThat(namespace.getName()).isEqualTo("functions"))
                .satisfies(namespace -> assertThat(namespace.getLabels())
                        .containsEntry("pod-security.kubernetes.io/enforce", "restricted"));
    }

    @Test
    void aMisspelledOverlayIsRejected(@TempDir Path folder) throws IOException {
        var good = Project.text(new Language("nodejs").overlay() + "/kustomization.yaml");
        Files.writeString(
                folder.resolve("kustomization.yaml"),
                good.replace("nameSuffix", "nameEnding").replace("../../base", "namespace.yaml"));
        Files.copy(Project.path("deploy/kubernetes/base/namespace.yaml"), folder.resolve("namespace.yaml"));

        var result = Command.of("kustomize", "build", folder.toString()).run();

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains("nameEnding");
    }
}
