package io.polyfn.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A language that has manifests; what needs its image waits until its example is there. */
record Language(String name) {
    private static final List<String> NAMES = List.of("golang", "nodejs", "typescript");

    static Stream<Language> all() {
        return NAMES.stream().map(Language::new);
    }

    static Stream<Language> withExample() {
        return all().filter(language ->
                Files.exists(Project.path(language.example()).resolve("Dockerfile")));
    }

    String example() {
        return "images/" + name + "/example";
    }

    Path overlay() {
        return Path.of("deploy/kubernetes/overlays", name);
    }

    @Override
    public String toString() {
        return name;
    }
}
