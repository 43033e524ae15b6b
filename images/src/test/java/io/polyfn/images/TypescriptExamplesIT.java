package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples, by the Dockerfiles beside them, which are the README's. */
class TypescriptExamplesIT {
    private static final Path EXAMPLES = Path.of("typescript");

    @ParameterizedTest
    @CsvSource({"example, 0", "example-hono, 1", "example-s3, 1"})
    void itsDockerfileIsTheReadmes(String example, int which) throws Exception {
        var dockerfile = Files.readString(EXAMPLES.resolve(example).resolve("Dockerfile"));
        assertThat(dockerfile).isEqualTo(Typescript.dockerfiles().get(which));
        assertThat(dockerfile.lines()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void theFirstIsAlsoTheProjectsReadmes() throws Exception {
        assertThat(Files.readString(Path.of("../README.md")))
                .contains(Typescript.dockerfiles().getFirst());
    }

    @Test
    void honoAnswersHttp() throws Exception {
        try (var function = example("example-hono")) {
            function.start();

            assertThat(function.get("/users/7").body()).startsWith("{\"id\":7,\"requestId\":\"");
            var sum = function.send(
                    HttpRequest.newBuilder(function.uri("/sum")).POST(BodyPublishers.ofString("[1,2,3]")));
            assertThat(sum.statusCode()).isEqualTo(201);
            assertThat(sum.body()).isEqualTo("{\"sum\":6}");
        }
    }

    @Test
    void theSdkSignsWithTheRequestsKeys() throws Exception {
        try (var function = example("example-s3")) {
            function.start();

            var answer = function.send(HttpRequest.newBuilder(function.uri("/invoke"))
                    .header("x-fc-region", "cn-hangzhou")
                    .header("x-fc-access-key-id", "the-key")
                    .header("x-fc-access-key-secret", "secret")
                    .header("x-fc-security-token", "the-token")
                    .POST(BodyPublishers.ofString("photo.jpg")));

            assertThat(answer.body())
                    .startsWith("https://uploads.s3.oss-cn-hangzhou.aliyuncs.com/photo.jpg?")
                    .contains("X-Amz-Credential=the-key%2F", "X-Amz-Security-Token=the-token", "X-Amz-Signature=");
        }
    }

    private static FunctionContainer example(String name) throws Exception {
        var folder = EXAMPLES.resolve(name);
        return FunctionContainer.of(folder, Files.readString(folder.resolve("Dockerfile")));
    }
}
