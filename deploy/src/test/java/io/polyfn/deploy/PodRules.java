package io.polyfn.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import java.time.Duration;
import java.util.List;

/** What of a language's Deployment says how a container of it is run and stopped. */
record PodRules(
        int port,
        int managementPort,
        String readinessPath,
        Duration preStopSleep,
        Duration gracePeriod,
        List<String> dockerOptions) {

    static PodRules of(Language language) {
        var resources = Overlay.build(language);
        var pod = Overlay.pod(resources);
        var container = Overlay.container(resources);
        var user = pod.getSecurityContext();
        return new PodRules(
                port(container, "http"),
                port(container, "management"),
                container.getReadinessProbe().getHttpGet().getPath(),
                Duration.ofSeconds(
                        container.getLifecycle().getPreStop().getSleep().getSeconds()),
                Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()),
                Restrictions.of(container, user.getRunAsUser(), user.getRunAsGroup()));
    }

    private static int port(Container container, String name) {
        return container.getPorts().stream()
                .filter(port -> port.getName().equals(name))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow();
    }
}
