package io.polyfn.images;

import java.nio.file.Path;

/** Functions in TypeScript, made into images in the ways that the README of the image tells. */
final class Typescript {
    private static final Path FUNCTIONS = Path.of("src/test/functions/typescript");
    private static final String AS_SOURCE = "FROM " + Versions.TYPESCRIPT_IMAGE + "\nCOPY . /code\n";

    private Typescript() {}

    static Path folder(String name) {
        return FUNCTIONS.resolve(name);
    }

    /** By the README's first Dockerfile, as it stands. */
    static FunctionContainer built(Path folder) {
        return FunctionContainer.of(folder, Readme.dockerfiles("typescript").getFirst());
    }

    static FunctionContainer built(String name) {
        return built(folder(name));
    }

    static FunctionContainer asSource(String name) {
        return FunctionContainer.of(folder(name), AS_SOURCE);
    }
}
