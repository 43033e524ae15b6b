package io.polyfn.images;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** A function's folder, made into an image as its author would, and started. */
final class FunctionContainer extends GenericContainer<FunctionContainer> {
    private static final Path FUNCTIONS = Path.of("src/test/functions");
    private static final int PORT = 9000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private FunctionContainer(ImageFromDockerfile image) {
        super(image);
        withExposedPorts(PORT);
    }

    /** A folder of src/test/functions, on the Node.js image. */
    static FunctionContainer nodejs(String folder) {
        return new FunctionContainer(new ImageFromDockerfile("polyfn-test/" + folder + ":latest", true)
                .withFileFromPath("function", FUNCTIONS.resolve(folder))
                .withDockerfileFromBuilder(dockerfile -> dockerfile
                        .from(Versions.NODEJS_IMAGE)
                        .copy("function", "/code")
                        .build()));
    }

    /** The worker alone, without the core. */
    FunctionContainer direct() {
        return withEnv("POLYFN_CORE", "off");
    }

    FunctionContainer readOnly() {
        return withCreateContainerCmdModifier(create -> create.getHostConfig().withReadonlyRootfs(true));
    }

    URI uri(String path) {
        return URI.create("http://" + getHost() + ":" + getMappedPort(PORT) + path);
    }

    HttpResponse<String> invoke(String event) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(uri("/invoke"))
                .POST(BodyPublishers.ofString(event))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    /** The programs that run in the container. */
    List<String> processes() throws IOException, InterruptedException {
        return execInContainer("bash", "-c", "readlink /proc/[0-9]*/exe")
                .getStdout()
                .lines()
                .toList();
    }

    /** What a platform does at the end: SIGTERM, and no more than the grace period it grants. */
    int terminate() {
        getDockerClient().killContainerCmd(getContainerId()).withSignal("TERM").exec();
        try (var exit = getDockerClient().waitContainerCmd(getContainerId()).exec(new WaitContainerResultCallback())) {
            return exit.awaitStatusCode(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
