package io.polyfn.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@code docker build}, as a function's author calls it. Testcontainers' own builder is the one before BuildKit. */
final class DockerBuild {

    private DockerBuild() {}

    /** Builds the folder with the given Dockerfile, and gives the image's id. */
    static String image(Path folder, String dockerfile, String... options) {
        try {
            var id = Files.createTempFile("polyfn", ".iid");
            try {
                // Without a value the argument is this machine's mirror of Go modules, if it has one.
                run(
                        dockerfile,
                        Stream.of(
                                        List.of(
                                                "docker",
                                                "build",
                                                "--progress=plain",
                                                "--provenance=false",
                                                "--build-arg",
                                                "GOPROXY"),
                                        List.of(options),
                                        List.of("--iidfile", id.toString(), "--file", "-", folder.toString()))
                                .flatMap(List::stream)
                                .toList());
                return Files.readString(id);
            } finally {
                Files.delete(id);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void run(String input, List<String> command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.onExit().join().exitValue();
        if (code != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with exit code " + code + ":\n" + output);
        }
    }
}
