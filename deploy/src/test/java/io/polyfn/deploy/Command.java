package io.polyfn.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that is run to its end. */
record Command(List<String> words, Map<String, String> environment) {
    private static final Duration LONGEST = Duration.ofMinutes(5);

    record Result(int exitCode, String out, String err) {}

    static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    static Command docker(List<String> words) {
        return of("docker").with(words);
    }

    Command with(List<String> more) {
        return new Command(Stream.concat(words.stream(), more.stream()).toList(), environment);
    }

    Command env(String name, String value) {
        var all = new LinkedHashMap<>(environment);
        all.put(name, value);
        return new Command(words, all);
    }

    Result run() {
        try {
            var builder = new ProcessBuilder(words).directory(Path.of("..").toFile());
            builder.environment().putAll(environment);
            var process = builder.start();
            process.getOutputStream().close();
            // On threads of their own: a command that takes a minute must not hold up those beside it.
            var err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), Thread::startVirtualThread);
            var out = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), Thread::startVirtualThread);
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(words + " did not end within " + LONGEST);
            }
            return new Result(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it prints, if it succeeds. */
    String output() {
        var result = run();
        if (result.exitCode() != 0) {
            throw new AssertionError(words + " ended with " + result.exitCode() + ": " + result.err() + result.out());
        }
        return result.out().strip();
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
