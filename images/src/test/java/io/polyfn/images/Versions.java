package io.polyfn.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The one place that says which versions the images are made of, and the images' names, which follow from it. */
final class Versions {
    private static final Map<String, String> VALUES = read(Path.of("versions.env"));

    static final String POLYFN = value("POLYFN_VERSION");
    static final String NODE = value("NODE_VERSION");
    static final String NPM = value("NPM_VERSION");

    static final String GO = value("GO_VERSION");
    static final String GO_CURRENT = value("GO_CURRENT_VERSION");

    static final String BASE_IMAGE = value("BASE");
    static final String CORE_IMAGE = "polyfn/core:" + POLYFN;
    static final String NODEJS_IMAGE = "polyfn/nodejs:" + NODE.substring(0, NODE.indexOf('.'));
    static final String NODEJS_BUILD_IMAGE = NODEJS_IMAGE + "-build";

    static final String TYPESCRIPT = value("TYPESCRIPT_VERSION");
    static final String ESBUILD = value("ESBUILD_VERSION");
    static final String TYPESCRIPT_IMAGE = "polyfn/typescript:" + TYPESCRIPT.substring(0, TYPESCRIPT.indexOf('.'));
    static final String TYPESCRIPT_BUILD_IMAGE = TYPESCRIPT_IMAGE + "-build";

    private Versions() {}

    /** Those that there are images for. */
    static List<String> goVersions() {
        return List.of(GO, GO_CURRENT);
    }

    static String golangImage(String version) {
        return "polyfn/golang:" + version;
    }

    static String golangBuildImage(String version) {
        return golangImage(version) + "-build";
    }

    private static String value(String name) {
        var value = VALUES.get(name);
        if (value == null) {
            throw new IllegalStateException("versions.env has no " + name);
        }
        return value;
    }

    private static Map<String, String> read(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.filter(Predicate.not(String::isBlank))
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
