package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A web server on a port of its own choice, as it is, and the Dockerfile of the README around it. */
class GolangExampleIT {

    @ParameterizedTest
    @MethodSource("io.polyfn.images.Versions#goVersions")
    void theServerAnswersUnchangedWithItsVersionOfGo(String go) throws Exception {
        try (var server = FunctionContainer.golangExample("example", go)) {
            server.start();

            for (String body :
                    List.of(server.invoke("x").body(), server.get("/").body())) {
                assertThat(body).startsWith("Hello from go" + go + ".");
            }
            assertThat(server.terminate()).isZero();
        }
    }

    @Test
    void theReadmesDockerfileHasAtMostTenLinesAndBuildsIt() throws Exception {
        var dockerfile = Readme.golangDockerfile();
        assertThat(dockerfile.lines()).hasSizeLessThanOrEqualTo(10);

        try (var server = FunctionContainer.golang(Path.of("golang", "example"), dockerfile, Versions.GO)) {
            server.start();

            assertThat(server.invoke("x").body()).startsWith("Hello from go" + Versions.GO);
        }
    }
}
