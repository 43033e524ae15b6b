package io.polyfn.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the README tells people to do, word for word. */
final class Readme {
    private static final Pattern DOCKERFILE =
            Pattern.compile("^```dockerfile\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private Readme() {}

    /** The Dockerfile of a function in Go. */
    static String golangDockerfile() throws IOException {
        var dockerfiles = DOCKERFILE
                .matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .filter(text -> text.startsWith("FROM polyfn/golang:"))
                .toList();
        if (dockerfiles.size() != 1) {
            throw new AssertionError("README.md shows " + dockerfiles.size() + " Dockerfiles for Go instead of one");
        }
        return dockerfiles.getFirst();
    }
}
