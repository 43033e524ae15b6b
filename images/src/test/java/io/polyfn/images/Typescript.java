package io.polyfn.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Functions in TypeScript, made into images in the ways that the README of the image tells. */
final class Typescript {
    private static final Path FUNCTIONS = Path.of("src/test/functions/typescript");

    private static final Pattern DOCKERFILE =
            Pattern.compile("^```dockerfile\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private Typescript() {}

    /** The Dockerfiles that the README shows, in order. */
    static List<String> dockerfiles() {
        try {
            var text = Files.readString(Path.of("typescript/README.md"));
            return DOCKERFILE
                    .matcher(text)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path folder(String name) {
        return FUNCTIONS.resolve(name);
    }

    /** By the README's first Dockerfile, as it stands. */
    static FunctionContainer built(Path folder) throws IOException {
        return FunctionContainer.of(folder, dockerfiles().getFirst());
    }

    static FunctionContainer built(String name) throws IOException {
        return built(folder(name));
    }

    /** By its last one. */
    static FunctionContainer asSource(String name) throws IOException {
        return FunctionContainer.of(folder(name), dockerfiles().getLast());
    }
}
