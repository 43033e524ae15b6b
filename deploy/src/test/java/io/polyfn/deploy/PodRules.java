package io.polyfn.deploy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What of a language's Deployment says how a container of it is run and stopped. */
record PodRules(int port, int managementPort, String readinessPath, Duration gracePeriod, List<String> dockerOptions) {

    static PodRules of(Language language) {
        var resources = Overlay.build(language);
        var pod = Overlay.pod(resources);
        var container = Overlay.container(resources);
        var user = pod.getSecurityContext();
        return new PodRules(
                port(container, "http"),
                port(container, "management"),
                container.getReadinessProbe().getHttpGet().getPath(),
                Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()),
                Stream.concat(
                                environment(container),
                                Restrictions.of(container, user.getRunAsUser(), user.getRunAsGroup()).stream())
                        .toList());
    }

    private static Stream<String> environment(Container container) {
        return container.getEnv().stream().map(variable -> "--env=" + variable.getName() + "=" + variable.getValue());
    }

    private static int port(Container container, String name) {
        return container.getPorts().stream()
                .filter(port -> port.getName().equals(name))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .orElseThrow();
    }
}
