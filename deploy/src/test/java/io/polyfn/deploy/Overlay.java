package io.polyfn.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;

/** A language's manifests, as Kustomize builds them. */
final class Overlay {

    private Overlay() {}

    static List<HasMetadata> build(Language language) {
        return Manifests.parse(
                Command.of("kustomize", "build", language.overlay().toString()).output());
    }

    static PodSpec pod(List<HasMetadata> resources) {
        return Manifests.one(resources, Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    static Container container(List<HasMetadata> resources) {
        var containers = pod(resources).getContainers();
        if (containers.size() != 1) {
            throw new AssertionError(containers.size() + " containers");
        }
        return containers.getFirst();
    }
}
