package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A package for FC's custom runtime is unpacked and started as FC does, here and on a system that has nothing. */
class CustomRuntimeIT {
    /** Older than any system of FC's that fits, and without a Node.js. */
    private static final String BARE_SYSTEM = Project.text("images/versions.env")
            .lines()
            .filter(line -> line.startsWith("BASE_GOLANG="))
            .map(line -> line.substring("BASE_GOLANG=".length()))
            .findFirst()
            .orElseThrow();

    @ParameterizedTest
    @MethodSource("languages")
    void itRunsWithTheNodeThatItBrings(Language language, @TempDir Path folder) throws Exception {
        try (var image = FunctionImage.of(language)) {
            assertAnswers(ZipPackage.of(image, folder));
        }
    }

    @Test
    void withoutANodeOfItsOwnItRunsOnTheSystems(@TempDir Path folder) throws Exception {
        try (var image = FunctionImage.of(new Language("nodejs"))) {
            var unpacked = ZipPackage.of(image, folder, "--no-node");

            assertThat(unpacked.folder().resolve(".polyfn/bin/node")).doesNotExist();
            assertAnswers(unpacked);
        }
    }

    @ParameterizedTest
    @MethodSource("languages")
    void itRunsOnASystemThatHasNothing(Language language, @TempDir Path folder) throws Exception {
        try (var image = FunctionImage.of(language)) {
            var unpacked = ZipPackage.of(image, folder);
            var container = docker(
                    "run",
                    "--detach",
                    "--read-only",
                    "--publish",
                    "127.0.0.1::9000",
                    "--env",
                    "FC_CUSTOM_LISTEN_PORT=9000",
                    "--volume",
                    unpacked.folder() + ":/code:ro",
                    BARE_SYSTEM,
                    "/code/bootstrap");
            try {
                var function = Function.at(docker("port", container, "9000"));
                await().atMost(Duration.ofSeconds(20)).until(() -> function.answers("/"));

                var answer = function.invoke("Serverless");

                assertThat(answer.headers().firstValue("x-fc-status")).hasValue("200");
                assertThat(docker("logs", container)).contains("FC Invoke Start RequestId: ");
            } finally {
                docker("rm", "--force", container);
            }
        }
    }

    @Test
    void withoutAnyNodeItSaysWhatToDo(@TempDir Path folder) throws Exception {
        try (var image = FunctionImage.of(new Language("nodejs"))) {
            var unpacked = ZipPackage.of(image, folder, "--no-node");

            var result = Command.docker(List.of(
                            "run", "--rm", "--volume", unpacked.folder() + ":/code:ro", BARE_SYSTEM, "/code/bootstrap"))
                    .run();

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).contains("no Node.js", "Nodejs20");
        }
    }

    @Test
    void anImageWithoutTheWorkerIsRefused(@TempDir Path folder) {
        var result = Command.of(
                        "deploy/fc/package",
                        BARE_SYSTEM,
                        folder.resolve("function.zip").toString())
                .run();

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains(BARE_SYSTEM, "/code");
        assertThat(folder.resolve("function.zip")).doesNotExist();
    }

    /** Go needs no package of ours: its binary is a bootstrap. */
    static Stream<Language> languages() {
        return Language.withExample().filter(language -> !language.name().equals("golang"));
    }

    private static void assertAnswers(ZipPackage unpacked) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(unpacked.bootstrap().toString());
        builder.environment().put("FC_CUSTOM_LISTEN_PORT", "0");
        builder.environment().put("FC_FUNC_CODE_PATH", unpacked.folder().toString());
        builder.environment().put("FC_FUNCTION_HANDLER", "not-used");
        var process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        try {
            var answer = Function.at("localhost:" + port(process.errorReader())).invoke("Serverless");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-fc-status")).hasValue("200");
            process.destroy();
            assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String port(BufferedReader errors) throws IOException {
        var said = new StringBuilder();
        for (var line = errors.readLine(); line != null; line = errors.readLine()) {
            said.append(line).append('\n');
            if (line.contains("listening on ")) {
                return line.substring(line.lastIndexOf(' ') + 1);
            }
        }
        throw new AssertionError("it ended before it listened: " + said);
    }

    private static String docker(String... words) {
        return Command.docker(List.of(words)).output();
    }
}
