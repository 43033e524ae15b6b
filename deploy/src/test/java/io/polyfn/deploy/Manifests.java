package io.polyfn.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.knative.eventing.v1.Trigger;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Kubernetes' resources as Fabric8's models have them, read strictly: what a model does not know is an error. */
final class Manifests {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new NothingAdditional());

    private static final Map<String, Class<? extends HasMetadata>> MODELS = Stream.<Class<? extends HasMetadata>>of(
                    Deployment.class,
                    HorizontalPodAutoscaler.class,
                    Namespace.class,
                    NetworkPolicy.class,
                    PodDisruptionBudget.class,
                    Service.class,
                    Trigger.class,
                    io.fabric8.knative.serving.v1.Service.class)
            .collect(Collectors.toMap(
                    model -> kind(HasMetadata.getApiVersion(model), HasMetadata.getKind(model)), Function.identity()));

    private Manifests() {}

    static List<HasMetadata> parse(String yaml) {
        try (JsonParser parser = YAML.createParser(yaml)) {
            return YAML.readValues(parser, JsonNode.class).readAll().stream()
                    .map(Manifests::model)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T extends HasMetadata> T one(List<HasMetadata> resources, Class<T> model) {
        var found =
                resources.stream().filter(model::isInstance).map(model::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " of " + model.getSimpleName());
        }
        return found.getFirst();
    }

    static JsonNode tree(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HasMetadata model(JsonNode resource) {
        var kind =
                kind(resource.path("apiVersion").asText(), resource.path("kind").asText());
        var model = MODELS.get(kind);
        if (model == null) {
            throw new AssertionError("there is no model of " + kind);
        }
        try {
            return YAML.treeToValue(resource, model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String kind(String apiVersion, String kind) {
        return apiVersion + " " + kind;
    }

    /** Fabric8's models keep what they do not know in a map; without that map it is an error. */
    private static final class NothingAdditional extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public @Nullable Boolean hasAnySetter(Annotated annotated) {
            return null;
        }
    }
}
