package io.polyfn.deploy;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A zip for FC's custom runtime, made by deploy/fc/package, and unpacked as FC does. */
record ZipPackage(Path folder) {

    static ZipPackage of(FunctionImage image, Path folder, String... options) throws IOException {
        var zip = folder.resolve("function.zip");
        Command.of("deploy/fc/package")
                .with(List.of(options))
                .with(List.of(image.name(), zip.toString()))
                .output();
        var unpacked = Files.createDirectory(folder.resolve("code"));
        unpack(zip, unpacked);
        return new ZipPackage(unpacked);
    }

    Path bootstrap() {
        return folder.resolve("bootstrap");
    }

    private static void unpack(Path zip, Path target) throws IOException {
        try (var files = FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", true));
                var entries = Files.walk(files.getPath("/"))) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                var copy = target.resolve(entry.toString().substring(1));
                if (Files.isDirectory(entry)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(entry, copy);
                    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(entry);
                    Files.setPosixFilePermissions(copy, permissions);
                }
            }
        }
    }
}
