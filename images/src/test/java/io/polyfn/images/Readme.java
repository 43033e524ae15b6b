package io.polyfn.images;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What an image's README tells its users to write. */
final class Readme {
    private static final Pattern DOCKERFILE =
            Pattern.compile("^```dockerfile\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private Readme() {}

    /** The README's Dockerfiles, in order. */
    static List<String> dockerfiles(String language) {
        try {
            var text = Files.readString(Path.of(language, "README.md"));
            return DOCKERFILE
                    .matcher(text)
                    .results()
                    .map((MatchResult found) -> found.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
