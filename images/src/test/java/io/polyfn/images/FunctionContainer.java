package io.polyfn.images;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;

/** A function's folder, made into an image as its author would, and started. */
final class FunctionContainer extends GenericContainer<FunctionContainer> {
    private static final Path FUNCTIONS = Path.of("src/test/functions");
    private static final int DEFAULT_PORT = 9000;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private int port = DEFAULT_PORT;

    private FunctionContainer(Future<String> image) {
        super(image);
        withExposedPorts(DEFAULT_PORT);
        // A worker that comes first has the port open before the core is there, which is what most tests are about.
        waitingFor(Wait.forLogMessage(".*listening on .*\n", 1));
    }

    /** An image that is there. */
    static FunctionContainer of(String image) {
        return new FunctionContainer(CompletableFuture.completedFuture(image));
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

    /** As {@link #nodejs}, with what {@code npm ci} brings, in the two stages that the README shows. */
    static FunctionContainer nodejsWithDependencies(String folder) {
        return new FunctionContainer(new ImageFromDockerfile("polyfn-test/" + folder + ":latest", true)
                .withFileFromPath("function", FUNCTIONS.resolve(folder))
                .withFileFromString("Dockerfile", """
                        FROM %s AS build
                        COPY function /code
                        RUN npm ci --omit=dev
                        FROM %s
                        COPY --from=build /code /code
                        """.formatted(Versions.NODEJS_BUILD_IMAGE, Versions.NODEJS_IMAGE)));
    }

    /** A folder with a Dockerfile of its own, built as it stands or, with another Go than it names, with that one. */
    static FunctionContainer golangExample(String folder, String go) throws IOException {
        var path = Path.of("golang", folder);
        return golang(path, Files.readString(path.resolve("Dockerfile")), go);
    }

    /** A folder of src/test/functions, built with the Dockerfile that the README shows. */
    static FunctionContainer golang(String folder, String go) throws IOException {
        return golang(FUNCTIONS.resolve(folder), Readme.golangDockerfile(), go);
    }

    /** As {@link #golang}, but what runs it is the core's image, which knows no language. */
    static FunctionContainer golangOnTheCore(String folder) throws IOException {
        var dockerfile = Readme.golangDockerfile()
                .replaceFirst("(?m)^FROM polyfn/golang:[^ -]+$", "FROM " + Versions.CORE_IMAGE);
        return of(DockerBuild.image(FUNCTIONS.resolve(folder), dockerfile));
    }

    static FunctionContainer golang(Path folder, String dockerfile, String go) {
        return of(DockerBuild.image(
                folder, dockerfile.replace(Versions.golangImage(Versions.GO), Versions.golangImage(go))));
    }

    /** Which of the folder's functions, as {@code file.export}. */
    FunctionContainer handler(String handler) {
        return withEnv("POLYFN_HANDLER", handler);
    }

    /** A folder, made into an image by a Dockerfile for which it is the context, whatever Dockerfile is in it. */
    static FunctionContainer of(Path folder, String dockerfile) throws IOException {
        var image = new ImageFromDockerfile("polyfn-test/" + folder.getFileName() + ":latest", true)
                .withFileFromString("Dockerfile", dockerfile);
        try (var files = Files.list(folder)) {
            files.filter(file -> !file.endsWith("Dockerfile"))
                    .forEach(file -> image.withFileFromPath(file.getFileName().toString(), file));
        }
        return new FunctionContainer(image);
    }

    /** The port as FC says it, which is the core's. */
    FunctionContainer onPort(int caPort) {
        port = caPort;
        setExposedPorts(List.of(caPort));
        return withEnv("FC_CUSTOM_LISTEN_PORT", Integer.toString(caPort));
    }

    void awaitLog(String text) {
        await().atMost(Duration.ofSeconds(30)).until(() -> getLogs().contains(text));
    }

    /** The worker alone, without the core. */
    FunctionContainer direct() {
        return withEnv("POLYFN_CORE", "off").waitingFor(Wait.forListeningPort());
    }

    /** For tests of what comes before the core. */
    FunctionContainer withoutWaiting() {
        return waitingFor(new NoWait());
    }

    /** Another user than the image's. */
    FunctionContainer user(String user) {
        return withCreateContainerCmdModifier(create -> create.withUser(user));
    }

    FunctionContainer readOnly() {
        return withCreateContainerCmdModifier(create -> create.getHostConfig().withReadonlyRootfs(true));
    }

    /** So many bytes of memory, and no swap. */
    FunctionContainer memory(long bytes) {
        return withCreateContainerCmdModifier(
                create -> create.getHostConfig().withMemory(bytes).withMemorySwap(bytes));
    }

    URI uri(String path) {
        return URI.create("http://" + getHost() + ":" + getMappedPort(port) + path);
    }

    HttpResponse<String> invoke(String event) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri("/invoke")).POST(BodyPublishers.ofString(event)));
    }

    /** With a deadline, as FC gives it. */
    HttpResponse<String> invokeWithin(int seconds, String event) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri("/invoke"))
                .header("x-fc-function-timeout", Integer.toString(seconds))
                .POST(BodyPublishers.ofString(event)));
    }

    CompletableFuture<HttpResponse<String>> invokeAsync(String event) {
        var request = HttpRequest.newBuilder(uri("/invoke"))
                .POST(BodyPublishers.ofString(event))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        return client.send(request.build(), body);
    }

    HttpClient client() {
        return client;
    }

    /** The programs that run in the container. */
    List<String> processes() throws IOException, InterruptedException {
        return execInContainer("bash", "-c", "readlink /proc/[0-9]*/exe")
                .getStdout()
                .lines()
                .toList();
    }

    /** The kernel's line about each process: number, (name), state, number of the parent. */
    List<String> processStates() throws IOException, InterruptedException {
        return execInContainer("bash", "-c", "cat /proc/[0-9]*/stat 2>/dev/null")
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

    private static final class NoWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            // The caller looks itself.
        }
    }
}
