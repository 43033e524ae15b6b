package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.knative.eventing.v1.Trigger;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manifests agree with the images, and with the documented defaults of the core. */
class AgreementIT {
    private static final int PORT = Project.portOf("POLYFN_PORT");
    private static final int MANAGEMENT_PORT = Project.portOf("POLYFN_MANAGEMENT_PORT");
    private static final int QUEUE_PROXY_DRAIN_SECONDS = 30;
    private static final String NODEJS_IMAGE = Project.text("images/nodejs/example/Dockerfile")
            .lines()
            .filter(line -> line.startsWith("FROM "))
            .findFirst()
            .orElseThrow()
            .substring("FROM ".length());

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void kubernetesAsksTheManagementPortAndServesThePublicOne(Language language) {
        var resources = Overlay.build(language);
        var container = Overlay.container(resources);
        var ports = container.getPorts().stream()
                .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));

        assertThat(ports).isEqualTo(Map.of("http", PORT, "management", MANAGEMENT_PORT));
        assertProbe(container.getStartupProbe(), "/health/ready", "management");
        assertProbe(container.getReadinessProbe(), "/health/ready", "management");
        assertProbe(container.getLivenessProbe(), "/health/live", "management");
        assertThat(Manifests.one(resources, Service.class).getSpec().getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getTargetPort().getStrVal()).isEqualTo("http"));
        assertThat(Manifests.one(resources, Deployment.class)
                        .getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("prometheus.io/port", Integer.toString(MANAGEMENT_PORT))
                .containsEntry("prometheus.io/path", "/metrics");
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void kubernetesGivesAStopMoreTimeThanItTakes(Language language) {
        var resources = Overlay.build(language);
        var delay = Project.seconds(variable(Overlay.container(resources), "POLYFN_DRAIN_DELAY"));

        assertThat(delay).isPositive();
        assertThat(Overlay.pod(resources).getTerminationGracePeriodSeconds()).isGreaterThan(delay + Project.grace());
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void kubernetesRestrictsThePodAsMuchAsItCanBe(Language language) {
        var resources = Overlay.build(language);
        var pod = Overlay.pod(resources).getSecurityContext();

        assertThat(pod.getRunAsNonRoot()).isTrue();
        assertThat(pod.getRunAsUser() + ":" + pod.getRunAsGroup())
                .isEqualTo(imageConfig().path("User").asText());
        assertThat(pod.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertRestricted(Overlay.container(resources));
    }

    @Test
    void knativeSaysTheSameConcurrencyTwiceAndGivesAStopMoreTimeThanItTakes() {
        var revision = knative().getSpec().getTemplate().getSpec();
        var container = revision.getContainers().getFirst();

        assertThat(variable(container, "POLYFN_CONCURRENCY"))
                .isEqualTo(revision.getContainerConcurrency().toString());
        assertThat(variable(container, "POLYFN_TIMEOUT")).isEqualTo(revision.getTimeoutSeconds() + "s");
        assertThat(revision.getTimeoutSeconds())
                .isGreaterThan(QUEUE_PROXY_DRAIN_SECONDS + Project.seconds(variable(container, "POLYFN_GRACE")));
    }

    /** Knative's own rules, of serving's k8s_validation.go: one port, no lifecycle, no named port but the container's. */
    @Test
    void knativeAsksTheManagementPortInTheTwoWaysItAllows() {
        var container =
                knative().getSpec().getTemplate().getSpec().getContainers().getFirst();

        assertThat(container.getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getContainerPort()).isEqualTo(PORT);
            assertThat(port.getName()).isIn("http1", "h2c");
        });
        assertThat(container.getLifecycle()).isNull();
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/health/ready");
        assertThat(container.getReadinessProbe().getHttpGet().getPort().getIntVal())
                .isEqualTo(MANAGEMENT_PORT);
        assertThat(container.getLivenessProbe().getHttpGet()).isNull();
        assertThat(container.getLivenessProbe().getExec().getCommand().getLast())
                .contains("/dev/tcp/127.0.0.1/" + MANAGEMENT_PORT, "GET /health/live ");
        assertRestricted(container);
    }

    @Test
    void knativesTriggerCallsTheServiceWithAnEvent() {
        var trigger = Manifests.one(Manifests.parse(Project.text("deploy/knative/trigger.yaml")), Trigger.class);

        assertThat(trigger.getSpec().getSubscriber().getRef().getName())
                .isEqualTo(knative().getMetadata().getName());
        assertThat(trigger.getSpec().getSubscriber().getUri()).isEqualTo("/invoke");
        assertThat(variable(
                        knative()
                                .getSpec()
                                .getTemplate()
                                .getSpec()
                                .getContainers()
                                .getFirst(),
                        "POLYFN_CLOUDEVENTS"))
                .isEqualTo("on");
    }

    @Test
    void theImageHasThePortsAndTheUserThatTheManifestsName() {
        var config = imageConfig();
        var exposed = StreamSupport.stream(
                        ((Iterable<String>) () -> config.path("ExposedPorts").fieldNames()).spliterator(), false)
                .toList();

        assertThat(exposed).containsExactlyInAnyOrder(PORT + "/tcp", MANAGEMENT_PORT + "/tcp");
        assertThat(config.path("User").asText()).isEqualTo("65532:65532");
    }

    private static void assertProbe(Probe probe, String path, String port) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo(port);
    }

    private static void assertRestricted(Container container) {
        SecurityContext context = container.getSecurityContext();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).isEmpty();
        assertThat(container.getVolumeMounts())
                .singleElement()
                .satisfies(mount -> assertThat(mount.getMountPath()).isEqualTo("/tmp"));
    }

    private static String variable(Container container, String name) {
        return container.getEnv().stream()
                .filter(variable -> variable.getName().equals(name))
                .map(EnvVar::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static io.fabric8.knative.serving.v1.Service knative() {
        return Manifests.one(
                Manifests.parse(Project.text("deploy/knative/service.yaml")),
                io.fabric8.knative.serving.v1.Service.class);
    }

    private static JsonNode imageConfig() {
        return Manifests.tree(Command.of("docker", "image", "inspect", "--format", "{{json .Config}}", NODEJS_IMAGE)
                .output());
    }
}
