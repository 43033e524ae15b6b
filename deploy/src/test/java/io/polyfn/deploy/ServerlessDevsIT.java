package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Serverless Devs' own parser reads s.yaml, and every function in it is what the component fc3's schema describes. */
class ServerlessDevsIT {
    private static final String S_YAML = "deploy/fc/s.yaml";
    private static final Path SCHEMA =
            Path.of(System.getProperty("fc3.schema")).toAbsolutePath().normalize();
    private static final String NO_SCHEMA = "it is not at " + SCHEMA + "; give its path with -Dfc3.schema=...";

    @TempDir
    private static Path home;

    @Test
    void everyFunctionIsAsTheSchemaDescribes() {
        var schema = schema();

        assertThat(functions(Project.path(S_YAML)))
                .hasSize(11)
                .allSatisfy((name, props) ->
                        assertThat(schema.errors(props)).as(name).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "port: 9000, caPort: 9000",
        "port: 9000, port: '\"9000\"'",
        "functionName: nodejs-event, name: nodejs-event",
        "customContainerConfig:, CustomContainerConfig:",
        "runtime: custom-container, runtime: container",
        "runtime: custom.debian12, runtime: custom.debian13",
        "instanceConcurrency: 20, instanceConcurrency: 201",
        "memorySize: 512, memorySize: 500",
        "preStop:, preFreeze:",
        "httpGetUrl:, path:",
        "sessionAffinity:, affinity:",
        "affinityHeaderFieldName:, headerFieldName:",
        "region: cn-hangzhou, region: nowhere",
        "code:, codeUri:",
    })
    void aSpoiledCopyIsRejected(String good, String bad, @TempDir Path folder) {
        var schema = schema();

        var errors = functions(Project.spoiled(S_YAML, good, bad, folder)).values().stream()
                .flatMap(props -> schema.errors(props).stream())
                .toList();

        assertThat(errors).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void eachLanguageHasAnEventFunctionAndAnHttpFunctionOnTheCoresPort(Language language) {
        var functions = functions(Project.path(S_YAML));

        for (var kind : List.of("-event", "-http")) {
            var container = props(functions, language + kind).path("customContainerConfig");
            assertThat(container.path("port").asInt()).isEqualTo(Project.portOf("POLYFN_PORT"));
            assertThat(container.path("image").asText()).endsWith("/hello-" + language + ":1");
        }
        assertThat(props(functions, language + "-http")
                        .path("triggers")
                        .path(0)
                        .path("triggerType")
                        .asText())
                .isEqualTo("http");
    }

    @Test
    void everyHttpFunctionHasAHealthCheckAndNoEventFunctionHas() {
        assertThat(functions(Project.path(S_YAML)))
                .allSatisfy((name, props) -> assertThat(
                                props.findPath("httpGetUrl").asText().startsWith("/"))
                        .as(name)
                        .isEqualTo(props.has("triggers")));
    }

    @Test
    void sessionsAreByHeaderByCookieAndByMcpWithTheConcurrencyThatFcSets() {
        var sessions = functions(Project.path(S_YAML)).values().stream()
                .filter(props -> props.has("sessionAffinity"))
                .toList();

        assertThat(sessions)
                .extracting(props -> props.path("sessionAffinity").asText())
                .containsExactlyInAnyOrder("HEADER_FIELD", "GENERATED_COOKIE", "MCP_STREAMABLE");
        assertThat(sessions).allSatisfy(props -> {
            assertThat(props.path("instanceConcurrency").asInt()).isEqualTo(200);
            assertThat(props.path("sessionAffinityConfig")
                            .path("sessionConcurrencyPerInstance")
                            .asInt())
                    .isBetween(1, 200);
            assertThat(props.findPath("methods")).extracting(JsonNode::asText).contains("GET", "POST", "DELETE");
        });
    }

    private static JsonNode props(Map<String, JsonNode> functions, String name) {
        return Objects.requireNonNull(functions.get(name), name);
    }

    private static Map<String, JsonNode> functions(Path file) {
        var json = Tools.nodeScript("s-functions.js", file.toString())
                .env("HOME", home.toString())
                .output();
        return StreamSupport.stream(Manifests.tree(json).spliterator(), false)
                .peek(resource ->
                        assertThat(resource.path("component").asText()).isEqualTo("fc3"))
                .map(resource -> resource.path("props"))
                .collect(Collectors.toMap(
                        props -> props.path("functionName")
                                .asText(props.path("name").asText()),
                        props -> props));
    }

    /**
     * The schema is not the project's to carry. Where a folder is there for it, it has to be in it; a clone that stands alone says
     * aloud that this was not tested.
     */
    private static FunctionSchema schema() {
        if (Files.exists(SCHEMA)) {
            return FunctionSchema.read(SCHEMA);
        }
        if (Files.isDirectory(SCHEMA.resolveSibling("."))) {
            throw new AssertionError(NO_SCHEMA);
        }
        return abort(NO_SCHEMA);
    }

    @AfterAll
    static void sayWhatWasNotTested() {
        if (!Files.exists(SCHEMA)) {
            System.err.println("NOT TESTED: " + S_YAML + " against fc3's schema: " + NO_SCHEMA);
        }
    }
}
