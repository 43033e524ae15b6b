package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** POLYFN_CORE=off: the worker answers the platform itself. */
class DirectModeIT {

    @Test
    void theWorkerAnswersEventsWithoutAJvm() throws Exception {
        try (var function = FunctionContainer.nodejs("echo").direct()) {
            function.start();

            var answer = function.invoke("Serverless");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("x-fc-status")).hasValue("200");
            assertThat(answer.body()).isEqualTo("Serverless");
            assertThat(function.processes())
                    .contains("/usr/bin/tini", "/usr/local/bin/node")
                    .noneMatch(path -> path.endsWith("/java"));
        }
    }

    @Test
    void itWorksOnAReadOnlyFileSystem() throws Exception {
        try (var function = FunctionContainer.nodejs("echo").direct().readOnly()) {
            function.start();

            assertThat(function.invoke("Serverless").body()).isEqualTo("Serverless");
            assertThat(function.execInContainer("touch", "/tmp/file").getExitCode())
                    .isNotZero();
        }
    }

    @Test
    void sigtermEndsItWithExitCodeZero() {
        try (var function = FunctionContainer.nodejs("echo").direct()) {
            function.start();

            assertThat(function.terminate()).isZero();
        }
    }

    @Test
    void anythingButOnAndOffIsRefusedByName() {
        var exit = new Image(Versions.NODEJS_IMAGE).exit(create -> create.withEnv("POLYFN_CORE=perhaps"));

        assertThat(exit.code()).isEqualTo(2);
        assertThat(exit.err()).contains("POLYFN_CORE").contains("perhaps");
    }

    @Test
    void withoutABootstrapOrACommandItSaysThatThereIsNothingToRun() {
        var exit = new Image(Versions.CORE_IMAGE).exit(create -> create.withEnv("POLYFN_CORE=off"));

        assertThat(exit.code()).isEqualTo(2);
        assertThat(exit.err()).contains("/code/bootstrap").contains("CMD");
    }

    @Test
    void aBootstrapGoesBeforeTheImagesCommand() {
        var bootstrap =
                "printf '#!/bin/sh\\necho bootstrap runs' >/tmp/bootstrap; chmod +x /tmp/bootstrap; exec /opt/polyfn/bin/polyfn node -e 0";
        var exit = new Image(Versions.NODEJS_IMAGE)
                .exit(create -> create.withEnv("POLYFN_CORE=off", "FC_FUNC_CODE_PATH=/tmp")
                        .withEntrypoint("bash", "-c", bootstrap)
                        .withCmd());

        assertThat(exit.out()).isEqualTo("bootstrap runs\n");
    }
}
