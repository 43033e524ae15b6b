package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docker compose up --wait} with the examples. */
class ComposeIT {
    private static final String PROJECT =
            "polyfn-test-" + ProcessHandle.current().pid();

    @AfterEach
    void down() {
        compose(Path.of("deploy/compose.yaml"), "down", "--rmi", "local", "--timeout", "15")
                .output();
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#withExample")
    void theExampleComesUpHealthyAndAnswersOnBothPorts(Language language) throws IOException {
        var file = Path.of("deploy/compose.yaml");
        compose(file, "up", "--build", "--wait", language.name()).output();

        var function =
                Function.at(compose(file, "port", language.name(), "9000").output());
        var management =
                Function.at(compose(file, "port", language.name(), "9001").output());

        assertThat(function.invoke("Serverless").statusCode()).isEqualTo(200);
        assertThat(management.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(management.get("/metrics").body()).contains("polyfn_invocations_seconds_count");
        compose(file, "stop", language.name()).output();
        assertThat(compose(file, "ps", "--all", "--format", "{{.ExitCode}}", language.name())
                        .output())
                .isEqualTo("0");
    }

    @Test
    void upFailsWhenTheHealthCheckDoes(@TempDir Path folder) throws IOException {
        var unhealthy = Files.writeString(folder.resolve("unhealthy.yaml"), """
                services:
                  nodejs:
                    environment:
                      POLYFN_MANAGEMENT: "off"
                    healthcheck:
                      start_period: 0s
                      interval: 500ms
                      retries: 2
                """);

        var result = compose(
                        Path.of("deploy/compose.yaml"),
                        "--file",
                        unhealthy.toString(),
                        "up",
                        "--build",
                        "--wait",
                        "nodejs")
                .run();

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains("unhealthy");
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#all")
    void aServicePublishesTheCoresPortsAndIsGivenMoreTimeThanAStopTakes(Language language) {
        var service = service(language);

        assertThat(service.path("ports").findValuesAsText("target"))
                .containsExactly(Project.defaultOf("POLYFN_PORT"), Project.defaultOf("POLYFN_MANAGEMENT_PORT"));
        assertThat(service.path("ports").findValuesAsText("host_ip")).containsOnly("127.0.0.1");
        assertThat(seconds(service.path("stop_grace_period").asText())).isGreaterThan(Project.grace());
        assertThat(service.path("read_only").asBoolean()).isTrue();
        assertThat(service.path("cap_drop").path(0).asText()).isEqualTo("ALL");
        assertThat(service.path("build").path("context").asText()).endsWith("/" + language.example());
    }

    private static JsonNode service(Language language) {
        var config = compose(Path.of("deploy/compose.yaml"), "config", "--format", "json")
                .output();
        return Manifests.tree(config).path("services").path(language.name());
    }

    private static int seconds(String duration) {
        assertThat(duration).matches("\\d+s");
        return Integer.parseInt(duration.substring(0, duration.length() - 1));
    }

    /** On free ports, beside whatever else runs. */
    private static Command compose(Path file, String... words) {
        var ports = Language.all()
                .map(language -> language.name().toUpperCase(Locale.ROOT))
                .flatMap(name -> Stream.of(name + "_PORT", name + "_MANAGEMENT_PORT"))
                .collect(Collectors.toMap(name -> name, name -> "0"));
        return new Command(
                        List.of("docker", "compose", "--project-name", PROJECT, "--file", file.toString()),
                        Map.copyOf(ports))
                .with(List.of(words));
    }
}
