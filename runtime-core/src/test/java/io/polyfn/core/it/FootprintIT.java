package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Figures that no noise moves and that decide about start, memory and speed. A bound is today's figure and a little more. */
@Isolated("without a CPU for the compilers an invocation allocates more")
class FootprintIT {
    private static final long MEGABYTE = 1_000_000;
    private static final int WARM_UP = 10_000;
    private static final int INVOCATIONS = 4_000;
    private static final Pattern EDEN = Pattern.compile("Eden: (\\d+)K\\(");
    private static final long MAX_JAR_MEGABYTES = 21;
    private static final long MAX_CLASSES = 6_600;
    private static final int MAX_CLASSES_NOT_CACHED = 30;
    private static final long MAX_BYTES_PER_INVOCATION = 12_000;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @TempDir
    Path folder;

    @Test
    void theJarIsSmall() throws IOException {
        assertThat(Files.size(CoreProcess.Setup.jar())).isLessThan(MAX_JAR_MEGABYTES * MEGABYTE);
    }

    @Test
    void aStartLoadsFewClasses() throws IOException {
        Path log = folder.resolve("classes");
        logging("class+load", log);

        try (var lines = Files.lines(log)) {
            long classes = lines.filter(line -> line.contains("source:")).count();
            CoreProcess.say("classes loaded at the start: " + classes);
            assertThat(classes).isBetween(1000L, MAX_CLASSES);
        }
    }

    /** What is made while the core runs costs a millisecond each: reflection, proxies, a {@code switch} over types, a record's hash. */
    @Test
    void theFirstAnswerNeedsFewClassesThatTheCacheHasNot() throws IOException {
        Path log = folder.resolve("classes");
        CoreProcess core = logging("class+load", log);
        assertThat(core.invoke("Serverless").status()).isEqualTo(200);

        try (var lines = Files.lines(log)) {
            assertThat(lines.filter(line -> line.contains("source:") && !line.contains("shared objects file")))
                    .hasSizeBetween(1, MAX_CLASSES_NOT_CACHED);
        }
    }

    @Test
    void anInvocationAllocatesLittle() throws IOException {
        Path log = folder.resolve("gc");
        // What is allocated is counted in full Edens; small ones count finely.
        CoreProcess core = logging("gc+heap=info", log, "-Xmn2m");
        invoke(core, WARM_UP);
        long before = allocatedKilobytes(log);
        invoke(core, INVOCATIONS);

        long perInvocation = (allocatedKilobytes(log) - before) * 1024 / INVOCATIONS;
        CoreProcess.say("bytes allocated per invocation: " + perInvocation);
        assertThat(perInvocation).isBetween(1000L, MAX_BYTES_PER_INVOCATION);
    }

    private CoreProcess logging(String what, Path log, String... options) {
        var setup = cores.with("echo.js").javaOption("-Xlog:" + what + ":file=" + log + "::filecount=0");
        List.of(options).forEach(setup::javaOption);
        return setup.start().listening();
    }

    private static void invoke(CoreProcess core, int times) {
        try (Wire wire = core.connect()) {
            for (int i = 0; i < times; i++) {
                wire.invoke("Serverless", "x-fc-request-id: 1-6b0592c0-26282e9e-c377ae9c0960");
                assertThat(wire.answer().status()).isEqualTo(200);
            }
        }
    }

    /** A collection empties Eden; what was in it has been allocated since the one before. */
    private static long allocatedKilobytes(Path log) throws IOException {
        return EDEN.matcher(Files.readString(log, StandardCharsets.UTF_8))
                .results()
                .mapToLong(collection -> Long.parseLong(collection.group(1)))
                .sum();
    }
}
