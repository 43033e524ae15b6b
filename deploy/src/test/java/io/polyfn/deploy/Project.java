package io.polyfn.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The project's files, and what they promise. */
final class Project {
    /** Where every command runs, and what paths are relative to. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern SECONDS = Pattern.compile("(\\d+)s");

    private Project() {}

    static Path path(String name) {
        return ROOT.resolve(name);
    }

    static String text(String name) {
        return text(path(name));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A setting's default, from the table of settings, which is tested against the code. */
    static String defaultOf(String variable) {
        var row = Pattern.compile("(?m)^\\| `" + variable + "` \\| `([^`]+)` \\| ")
                .matcher(text("docs/configuration.md"));
        if (!row.find()) {
            throw new AssertionError("docs/configuration.md has no default of " + variable);
        }
        return row.group(1);
    }

    static int portOf(String variable) {
        return Integer.parseInt(defaultOf(variable));
    }

    static int grace() {
        return seconds(defaultOf("POLYFN_GRACE"));
    }

    static int seconds(String duration) {
        var seconds = SECONDS.matcher(duration);
        if (!seconds.matches()) {
            throw new AssertionError(duration + " is not in seconds");
        }
        return Integer.parseInt(seconds.group(1));
    }

    /** A copy of a manifest with one thing in it replaced, to be rejected. */
    static Path spoiled(String manifest, String good, String bad, Path folder) {
        var text = text(manifest);
        if (!text.contains(good)) {
            throw new AssertionError(manifest + " has no " + good);
        }
        try {
            return Files.writeString(folder.resolve(path(manifest).getFileName()), text.replace(good, bad));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
