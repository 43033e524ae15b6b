package io.polyfn.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Tiny executables that stand in for functions. */
public final class Scripts {
    private Scripts() {}

    /** An executable {@code /bin/sh} script of the given name. */
    public static Path shell(Path folder, String name, String... lines) {
        return executable(folder.resolve(name), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    }

    /**
     * An executable {@code bootstrap} that runs a Node.js program: an HTTP server is three lines there, and building polyfn needs Node.js
     * anyway.
     */
    public static Path nodeBootstrap(Path folder, String... lines) {
        return executable(folder.resolve("bootstrap"), "#!/usr/bin/env node\n" + String.join("\n", lines) + "\n");
    }

    private static Path executable(Path file, String text) {
        try {
            Files.writeString(file, text);
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
