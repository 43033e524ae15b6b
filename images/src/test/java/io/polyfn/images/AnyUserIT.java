package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** FC starts an instance as whatever user its NAS settings name, where only /tmp can be written to; and who is PID 1 there must reap. */
@ParameterizedClass
@EnumSource
class AnyUserIT {
    private static final String USER = "12345";

    enum Kind {
        PLAIN_SERVER_ON_CORE,
        NODEJS,
        NODEJS_DIRECT,
        TYPESCRIPT,
        GOLANG_ON_RUNTIME_API;

        FunctionContainer function() throws IOException {
            return switch (this) {
                case PLAIN_SERVER_ON_CORE ->
                    FunctionContainer.golangOnTheCore("golang-trouble").withEnv("LINK", "http");
                case NODEJS -> FunctionContainer.nodejs("trouble");
                case NODEJS_DIRECT -> FunctionContainer.nodejs("trouble").direct();
                case TYPESCRIPT ->
                    FunctionContainer.of(
                            Path.of("src/test/functions/trouble"),
                            Typescript.dockerfiles().getLast());
                case GOLANG_ON_RUNTIME_API ->
                    FunctionContainer.golang("golang-trouble", Versions.GO).withEnv("LINK", "lambda");
            };
        }
    }

    private final FunctionContainer function;

    AnyUserIT(Kind kind) throws IOException {
        function = kind.function().user(USER + ":54321").readOnly().withTmpFs(Map.of("/tmp", "rw"));
    }

    @BeforeEach
    void start() {
        function.start();
    }

    @AfterEach
    void stop() {
        function.close();
    }

    @Test
    void itServesAsAUserThatTheImageDoesNotKnow() throws Exception {
        assertThat(function.invoke("pid").body()).matches("[0-9]+");

        assertThat(shell("id -u")).isEqualTo(USER + "\n");
        assertThat(shell("touch ~/file && echo ~")).isEqualTo("/tmp\n");
        assertThat(function.execInContainer("touch", "/code/file").getExitCode())
                .isNotZero();
    }

    @Test
    void nothingThatAFunctionLeavesBehindStaysAZombie() throws Exception {
        assertThat(function.invoke("leave-a-daemon").body()).isEqualTo("left");
        assertThat(daemons())
                .singleElement()
                .satisfies(state -> assertThat(state).contains("(sleep) S"));

        shell("kill " + daemons().getFirst().split(" ", 2)[0]);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(daemons()).isEmpty());
        assertThat(function.invoke("pid").statusCode()).isEqualTo(200);
    }

    private List<String> daemons() {
        try {
            return function.processStates().stream()
                    .filter(state -> state.contains("(sleep)"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String shell(String command) throws IOException, InterruptedException {
        return function.execInContainer("bash", "-c", command).getStdout();
    }
}
