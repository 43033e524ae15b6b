package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TypeScript as it is, by Node.js's own stripping of types. */
class TypescriptSourceIT {

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void itRunsAndItsStacksNameItsLines(String core) throws Exception {
        try (var function = Typescript.asSource("source").withEnv("POLYFN_CORE", core)) {
            function.start();

            assertThat(function.invoke("you").body()).isEqualTo("Hello as source, you");
            assertThat(function.invoke("throw").body()).contains("TypeError: thrown on purpose", "/code/index.ts:6:11");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void whatCannotBeStrippedIsToldWithItsLineAndWhatToDo(String core) throws Exception {
        try (var function =
                Typescript.asSource("source").handler("enum.handler").withEnv("POLYFN_CORE", core)) {
            function.start();

            var answer = function.invoke("");

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("enum is not supported", "/code/enum.ts:3;", "polyfn-build");
        }
    }
}
