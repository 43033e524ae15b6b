package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code fun validate} accepts the template, and rejects copies with one thing wrong. */
class FunTemplateIT {
    private static final String TEMPLATE = "deploy/fc/template.yaml";

    @TempDir
    private static Path home;

    @Test
    void funAcceptsTheTemplate() throws IOException {
        var result = validate(Project.path(TEMPLATE));

        assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
        // A file that is not there is no failure to fun.
        assertThat(result.out() + result.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CAPort: 9000, CaPort: 9000, CaPort",
        "CAPort: 9000, CAPort: nine, CAPort",
        "Runtime: custom-container, Runtime: container, Runtime",
        "InstanceConcurrency: 20, InstanceConcurrency: many, InstanceConcurrency",
        "Type: HTTP, Type: HTTPS, Type",
        "AuthType: FUNCTION, AuthType: NOBODY, AuthType",
        "Policies:, Policy:, Policy",
    })
    void funRejectsASpoiledCopyAndSaysWhere(String good, String bad, String where, @TempDir Path folder)
            throws IOException {
        var result = validate(Project.spoiled(TEMPLATE, good, bad, folder));

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.out() + result.err())
                .contains("template is not valid")
                .contains(where);
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void eachLanguageHasAnEventFunctionAndAnHttpFunctionOnTheCoresPort(Language language) {
        var service = Manifests.tree(Project.text(TEMPLATE)).path("Resources").path("polyfn");
        var event = service.path(language + "-event");
        var http = service.path(language + "-http");

        assertFunction(event, language);
        assertThat(event.path("Properties").path("InstanceLifecycleConfig").has("PreStop"))
                .isTrue();
        assertFunction(http, language);
        assertThat(http.path("Events").path("http").path("Type").asText()).isEqualTo("HTTP");
    }

    private static void assertFunction(JsonNode function, Language language) {
        var properties = function.path("Properties");
        assertThat(properties.path("Runtime").asText()).isEqualTo("custom-container");
        assertThat(properties.path("CAPort").asInt()).isEqualTo(Project.portOf("POLYFN_PORT"));
        assertThat(properties.path("CustomContainerConfig").path("Image").asText())
                .endsWith("/hello-" + language + ":1");
    }

    private static Command.Result validate(Path template) throws IOException {
        // Otherwise it reports to its maker that it runs.
        Files.createDirectories(home.resolve(".fcli"));
        Files.writeString(home.resolve(".fcli/config.yaml"), "report: false\n");
        return Tools.node("node_modules/@alicloud/fun/bin/fun.js", "validate", "--template", template.toString())
                .env("HOME", home.toString())
                .env("FUN_DISABLE_VERSION_CHECK", "true")
                .run();
    }
}
