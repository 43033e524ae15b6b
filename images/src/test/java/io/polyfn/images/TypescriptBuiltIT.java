package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** TypeScript by way of the build stage. */
class TypescriptBuiltIT {
    private static final String LANGUAGE = """
            {"awaited":"awaited","initialized":"yes","enumAndJson":"#f00","namespace":"the color red",\
            "legacy":"code function","decorator":6,"classes":"Calculator Calculator","hasRequestId":true}""";

    @Test
    void theExampleSaysHello() throws Exception {
        try (var function = Typescript.built(Path.of("typescript/example"))) {
            function.start();

            assertThat(function.invoke("Serverless").body()).isEqualTo("Hello, Serverless");
            assertThat(function.execInContainer("ls", "/code").getStdout()).isEqualTo("index.mjs\nindex.mjs.map\n");
        }
    }

    @Test
    void tsconfigAndWhatOnlyACompilerCanDoAreHonoured() throws Exception {
        try (var function = Typescript.built("language")) {
            function.start();

            assertThat(function.send(HttpRequest.newBuilder(function.uri("/initialize"))
                                    .POST(BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(function.invoke("").body()).isEqualTo(LANGUAGE);
            assertThat(function.invoke("throw").body())
                    .contains("TypeError: thrown on purpose", "at handler (/src/src/index.ts:25:11)");
            function.awaitLog("at handler (/src/src/index.ts:25:11)");
        }
    }

    @Test
    void itIsTheSameWithoutTheCoreForAnotherUserOnAReadOnlyFileSystem() throws Exception {
        try (var function = Typescript.built("language").direct().readOnly().user("1234:1234")) {
            function.withEnv("NODE_DEBUG_NATIVE", "COMPILE_CACHE").start();

            assertThat(function.send(HttpRequest.newBuilder(function.uri("/initialize"))
                                    .POST(BodyPublishers.noBody()))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(function.invoke("").body()).isEqualTo(LANGUAGE);
            assertThat(function.invoke("throw").body()).contains("at handler (/src/src/index.ts:25:11)");
            assertThat(function.getLogs())
                    .contains(
                            "file:///code/index.mjs was accepted",
                            "CommonJS /opt/polyfn/nodejs/src/server.js was accepted");
        }
    }

    @Test
    void decoratorsGetTheirMetadata() throws Exception {
        try (var function = Typescript.built("metadata").direct()) {
            function.start();

            assertThat(function.invoke("").body()).isEqualTo("[\"Database\",\"String\"]");
            assertThat(function.invoke("throw").body()).contains("RangeError", "at handler (/src/index.ts:18:11)");
        }
    }

    @Test
    void aPackageThatADependencyLoadsOnlyIfItIsInstalledIsNotBundled() throws Exception {
        try (var function = Typescript.built("optional").direct()) {
            function.start();

            assertThat(function.invoke("").body()).isEqualTo("[\"MODULE_NOT_FOUND\",\"ERR_MODULE_NOT_FOUND\"]");
        }
    }

    @Test
    void eachEntryIsAFunctionOfItsOwn() throws Exception {
        var dockerfile = Typescript.dockerfiles().getFirst().replace("polyfn-build", "polyfn-build greeting.ts index");
        try (var function = FunctionContainer.of(Typescript.folder("source"), dockerfile)
                .direct()
                .handler("index.handler")) {
            function.start();

            assertThat(function.invoke("you").body()).isEqualTo("Hello as source, you");
            assertThat(function.execInContainer("ls", "/code").getStdout()).contains("greeting.mjs\n");
        }
    }

    @Test
    void aPackageCanStayOutOfTheBundle() throws Exception {
        var dockerfile = Typescript.dockerfiles().getFirst().replace("polyfn-build", "polyfn-build --external hono")
                + "COPY --from=build /src/node_modules /code/node_modules\n";
        try (var function = FunctionContainer.of(Path.of("typescript/example-hono"), dockerfile)
                .direct()) {
            function.start();

            assertThat(function.get("/users/7").body()).startsWith("{\"id\":7,");
            assertThat(function.execInContainer("grep", "-c", "from \"hono\"", "/code/index.mjs")
                            .getStdout())
                    .isEqualTo("1\n");
        }
    }

    @Test
    void databaseClientsBundle() throws Exception {
        try (var function = Typescript.built("databases").direct()) {
            function.start();

            assertThat(function.invoke("").body())
                    .isEqualTo("{\"mysql\":\"ECONNREFUSED\",\"pg\":\"ECONNREFUSED\",\"redis\":\"ECONNREFUSED\"}");
            assertThat(function.invoke("throw").body())
                    .contains("node_modules/pg-types/index.js:38:", "at handler (/src/index.ts:11:15)");
        }
    }
}
