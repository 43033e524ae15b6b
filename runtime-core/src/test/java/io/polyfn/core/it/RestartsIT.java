package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Restarts leave nothing behind. */
class RestartsIT {
    /** With these the pauses between starts are still short. */
    private static final int FIRST = 2;

    private static final int MORE = 4;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @ParameterizedTest
    @CsvSource({"echo.js, socket", "echo.js, port", "poller.js, port"})
    void aWorkersEndLeavesNoThreadNoDescriptorAndNoFile(String function, String link) {
        CoreProcess core = cores.with(function).env("LINK", link).start().listening();
        int ready = kill(core, 1, FIRST);
        var before = new Left(core);

        kill(core, ready, MORE);

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            var after = new Left(core);
            CoreProcess.say(
                    function + " on a " + link + ", before and after " + MORE + " restarts: " + before + ", " + after);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors());
            assertThat(after.threads()).containsExactlyInAnyOrderElementsOf(before.threads());
            assertThat(after.files()).isEqualTo(before.files());
        });
    }

    private static int kill(CoreProcess core, int ready, int times) {
        for (int i = 1; i <= times; i++) {
            assertThat(core.invoke("x").status()).isEqualTo(200);
            Signals.send("KILL", core.workerPid());
            core.awaitReadyWorkers(ready + i);
        }
        assertThat(core.invoke("x").status()).isEqualTo(200);
        return ready + times;
    }

    /** What a core has of things that a restart may leave behind. */
    private record Left(int descriptors, List<String> threads, int files) {
        Left(CoreProcess core) {
            // The pool for what blocks grows to its size, whatever it does.
            this(
                    core.openDescriptors(),
                    core.threads().stream()
                            .filter(name -> !name.startsWith("vert.x-worker"))
                            .toList(),
                    core.files());
        }
    }
}
