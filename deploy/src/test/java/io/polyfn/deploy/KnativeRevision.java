package io.polyfn.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.knative.serving.v1.RevisionSpec;
import io.fabric8.knative.serving.v1.Service;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A revision of deploy/knative/service.yaml, and what Knative's controller and its defaults make of it: both containers' environment, as
 * serving 0.42 has it in pkg/reconciler/revision/resources and pkg/apis/serving/v1.
 */
record KnativeRevision(String manifest, RevisionSpec spec) {
    private static final String MANIFEST = "deploy/knative/service.yaml";
    private static final int HTTP1_PORT = 8012;
    private static final int H2C_PORT = 8013;
    private static final int TLS_PORT = 8112;

    static KnativeRevision ofManifest() {
        return of(Project.text(MANIFEST));
    }

    /** Of the manifest for an HTTP function. */
    static KnativeRevision ofHttpFunction() {
        return ofManifest().with("value: \"on\"", "value: \"off\"");
    }

    /** With something else in a place of the manifest. */
    KnativeRevision with(String text, String other) {
        if (!manifest.contains(text)) {
            throw new AssertionError(MANIFEST + " has no " + text);
        }
        return of(manifest.replace(text, other));
    }

    /** The manifest names it twice, to Knative and to the core. */
    KnativeRevision withConcurrency(int limit) {
        return with("containerConcurrency: 20", "containerConcurrency: " + limit)
                .with("value: \"20\"", "value: \"" + limit + "\"");
    }

    private static KnativeRevision of(String manifest) {
        var service = Manifests.one(Manifests.parse(manifest), Service.class);
        return new KnativeRevision(manifest, service.getSpec().getTemplate().getSpec());
    }

    Container container() {
        return spec.getContainers().getFirst();
    }

    Duration gracePeriod() {
        return Duration.ofSeconds(spec.getTimeoutSeconds());
    }

    /** The port of the queue-proxy: requests come over HTTP/1.1 to the one, over HTTP/2 to the other. */
    int servingPort() {
        return container().getPorts().getFirst().getName().equals("h2c") ? H2C_PORT : HTTP1_PORT;
    }

    List<String> functionOptions() {
        var environment = new LinkedHashMap<String, String>();
        container().getEnv().forEach(variable -> environment.put(variable.getName(), variable.getValue()));
        environment.put("PORT", Integer.toString(userPort()));
        environment.put("K_REVISION", "hello-00001");
        environment.put("K_CONFIGURATION", "hello");
        environment.put("K_SERVICE", "hello");
        var user = container().getSecurityContext();
        var options = new ArrayList<>(Restrictions.of(container(), user.getRunAsUser(), user.getRunAsGroup()));
        options.addAll(options(environment));
        return options;
    }

    List<String> queueProxyOptions() {
        var environment = new LinkedHashMap<String, String>();
        environment.put("SERVING_NAMESPACE", "default");
        environment.put("SERVING_SERVICE", "hello");
        environment.put("SERVING_CONFIGURATION", "hello");
        environment.put("SERVING_REVISION", "hello-00001");
        environment.put("SERVING_POD", "hello-00001-deployment-0");
        environment.put("SERVING_POD_IP", "127.0.0.1");
        environment.put("QUEUE_SERVING_PORT", Integer.toString(servingPort()));
        environment.put("QUEUE_SERVING_TLS_PORT", Integer.toString(TLS_PORT));
        environment.put("USER_PORT", Integer.toString(userPort()));
        environment.put("CONTAINER_CONCURRENCY", spec.getContainerConcurrency().toString());
        environment.put("REVISION_TIMEOUT_SECONDS", spec.getTimeoutSeconds().toString());
        environment.put("SERVING_READINESS_PROBE", json(readinessProbe()));
        environment.put("SERVING_LOGGING_CONFIG", "");
        environment.put("SERVING_LOGGING_LEVEL", "info");
        environment.put("SERVING_REQUEST_METRICS_BACKEND", "prometheus");
        environment.put("SERVING_REQUEST_METRICS_REPORTING_PERIOD_SECONDS", "5");
        environment.put("TRACING_CONFIG_BACKEND", "none");
        environment.put("SYSTEM_NAMESPACE", "knative-serving");
        environment.put("METRICS_DOMAIN", "knative.dev/internal/serving");
        return options(environment);
    }

    private int userPort() {
        return container().getPorts().getFirst().getContainerPort();
    }

    private Probe readinessProbe() {
        var probe = new ProbeBuilder(container().getReadinessProbe());
        var port = container().getReadinessProbe().getHttpGet().getPort();
        return probe.editHttpGet()
                .withHost("127.0.0.1")
                .withPort(new IntOrString(port.getIntVal()))
                .withScheme("HTTP")
                .endHttpGet()
                .build();
    }

    private static String json(Object value) {
        try {
            return new ObjectMapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> options(Map<String, String> environment) {
        return environment.entrySet().stream()
                .map(variable -> "--env=" + variable.getKey() + "=" + variable.getValue())
                .toList();
    }
}
