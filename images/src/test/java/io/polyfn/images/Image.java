package io.polyfn.images;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ContainerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame.OutputType;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A built image, looked at from outside: its configuration, its files, what a command in it prints. */
record Image(String name) {

    record Exit(int code, String out, String err) {}

    ContainerConfig config() {
        var image =
                DockerClientFactory.instance().client().inspectImageCmd(name).exec();
        return Objects.requireNonNull(image.getConfig(), "the image's configuration");
    }

    String id() {
        return Objects.requireNonNull(
                DockerClientFactory.instance()
                        .client()
                        .inspectImageCmd(name)
                        .exec()
                        .getId(),
                "the image's id");
    }

    /** Uncompressed size in bytes. */
    long size() {
        return Objects.requireNonNull(
                DockerClientFactory.instance()
                        .client()
                        .inspectImageCmd(name)
                        .exec()
                        .getSize(),
                "the image's size");
    }

    /** Runs a command in place of the entrypoint, as the image's user, and gives what it printed. */
    String run(String... command) {
        return output(create -> create.withEntrypoint(command).withCmd());
    }

    String runAs(String user, String... command) {
        return output(create -> create.withUser(user).withEntrypoint(command).withCmd());
    }

    /** Runs a container until it ends by itself. */
    Exit exit(Consumer<CreateContainerCmd> options) {
        try (var container = new GenericContainer<>(DockerImageName.parse(name))) {
            return exit(container, options);
        }
    }

    /** Runs a command on a folder, which is copied to /src. */
    Exit exitOn(Path folder, String... command) {
        try (var container = new GenericContainer<>(DockerImageName.parse(name))) {
            container.withCopyFileToContainer(MountableFile.forHostPath(folder), "/src");
            return exit(container, create -> create.withCmd(command));
        }
    }

    private static Exit exit(GenericContainer<?> container, Consumer<CreateContainerCmd> options) {
        container
                .withImagePullPolicy(_ -> false)
                .withCreateContainerCmdModifier(options)
                .withStartupCheckStrategy(new HasEnded().withTimeout(Duration.ofMinutes(2)))
                .start();
        var state = Objects.requireNonNull(container.getCurrentContainerInfo()).getState();
        return new Exit(
                Objects.requireNonNull(state.getExitCodeLong()).intValue(),
                container.getLogs(OutputType.STDOUT),
                container.getLogs(OutputType.STDERR));
    }

    /** Every file of the image; seen by root, from whom nothing is hidden. */
    List<ImageFile> files() {
        var listing = runAs("0", "find", "/", "-xdev", "-not", "-type", "d", "-printf", "%m %p\n");
        return listing.lines().map(ImageFile::parse).toList();
    }

    private String output(Consumer<CreateContainerCmd> options) {
        var exit = exit(options);
        if (exit.code() != 0) {
            throw new AssertionError("exit code " + exit.code() + ": " + exit.err());
        }
        return exit.out();
    }

    private static final class HasEnded extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient client, String container) {
            return "exited".equals(getCurrentState(client, container).getStatus())
                    ? StartupStatus.SUCCESSFUL
                    : StartupStatus.NOT_YET_KNOWN;
        }
    }
}
