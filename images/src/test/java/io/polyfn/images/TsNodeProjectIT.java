package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A project that brings ts-node and a bootstrap, with its server on 9000: it runs unchanged. */
class TsNodeProjectIT {
    private static final String DOCKERFILE = """
            FROM %s AS build
            COPY . /code
            RUN cd /code && npm ci
            FROM %s
            COPY --from=build /code /code
            """.formatted(Versions.TYPESCRIPT_BUILD_IMAGE, Versions.TYPESCRIPT_IMAGE);

    @Test
    void itRunsBehindTheCoreOnAnotherPort() throws Exception {
        try (var project = project().onPort(8080)) {
            project.start();

            assertThat(project.invoke("x").body()).isEqualTo("Hello from ts-node: POST /invoke x");
            assertThat(project.get("/any").body()).isEqualTo("Hello from ts-node: GET /any ");
        }
    }

    @Test
    void itRunsWithoutTheCoreOnIts9000() throws Exception {
        try (var project = project().direct()) {
            project.start();

            assertThat(project.get("/any").body()).isEqualTo("Hello from ts-node: GET /any ");
        }
    }

    private static FunctionContainer project() throws IOException {
        return FunctionContainer.of(Typescript.folder("ts-node"), DOCKERFILE);
    }
}
