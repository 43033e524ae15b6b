package io.polyfn.core.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of what a function prints comes back with its response where no platform does that (contract 5.1.11), on either link. */
class LogTailIT {
    private static final String TAIL = "X-Fc-Log-Type: Tail";
    private static final int BYTES = 4096;

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    private CoreProcess.Setup printer(String pull) {
        return cores.with("printer.js").env("PULL", pull).env("POLYFN_CONCURRENCY", 1);
    }

    /** Many times, because what is printed right before the response has a race to lose. */
    @ParameterizedTest
    @ValueSource(strings = {"", "lambda", "fc"})
    void whatAnEventPrintsBeforeItsResponseIsInItsTailAndBetweenItsMarkers(String pull) {
        CoreProcess core = printer(pull).start().listening();
        for (int i = 0; i < 200; i++) {
            Wire.Answer answer = core.invoke(
                    "[{\"text\":\"out " + i + "\\n\"},{\"to\":2,\"text\":\"err " + i + "\\n\"}]",
                    TAIL,
                    "x-fc-request-id: " + i);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(logOf(answer).lines()).containsExactlyInAnyOrder("out " + i, "err " + i);
            List<String> lines = core.stdout().lines().toList();
            assertThat(lines.subList(lines.size() - 3, lines.size()))
                    .containsExactly("FC Invoke Start RequestId: " + i, "out " + i, "FC Invoke End RequestId: " + i);
        }
        assertThat(core.stderr()).contains("err 0\n", "err 199\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lambda"})
    void aLongOutputArrivesWholeAndItsLast4KilobytesAreTheTail(String pull) {
        CoreProcess core = printer(pull).start().listening();
        for (int times : new int[] {409, 410, 7_000, 1_000_000}) {
            Wire.Answer answer =
                    core.invoke("[{\"text\":\"012345678\\n\",\"times\":" + times + "},{\"text\":\"end\\n\"}]", TAIL);

            String whole = "012345678\n".repeat(times) + "end\n";
            assertThat(logOf(answer)).isEqualTo(whole.substring(Math.max(0, whole.length() - BYTES)));
            assertThat(core.stdout().contains(whole)).as("%d lines", times).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lambda"})
    void anEventThatPrintsNothingHasAnEmptyTail(String pull) {
        CoreProcess core = printer(pull).start().listening();
        core.invoke("[{\"text\":\"of another event\\n\"}]");

        Wire.Answer answer = core.invoke("[]", "x-fc-log-type: tail");

        assertThat(answer.head().all("x-fc-log-result")).containsExactly("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lambda"})
    void aFailureHasTheLastWordsInItsTail(String pull) {
        CoreProcess core = printer(pull).start().listening();

        Wire.Answer answer =
                core.invoke("[{\"text\":\"so far\\n\"},{\"to\":2,\"text\":\"no further\\n\"},{\"exit\":3}]", TAIL);

        assertThat(answer.failure()).isEqualTo("WorkerExited");
        assertThat(logOf(answer).lines()).containsExactlyInAnyOrder("so far", "no further");
        assertThat(core.stdout()).containsSubsequence("FC Invoke Start", "so far\n", "FC Invoke End");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "lambda"})
    void whatFollowsTheHeadOfAResponseIsNotInItsTail(String pull) {
        CoreProcess core = printer(pull).start().listening();
        try (Wire wire = core.connect()) {
            wire.invoke("[{\"text\":\"early\\n\",\"respond\":true},{\"text\":\"late\\n\"}]", TAIL);
            Wire.Head head = wire.readHead();
            assertThat(new String(Base64.getDecoder().decode(head.header("x-fc-log-result")), UTF_8))
                    .isEqualTo("early\n");
            Signals.send("USR2", core.workerPid());
            assertThat(wire.body(head, "POST").text()).startsWith("begun;");
        }
        assertThat(core.stdout()).containsSubsequence("FC Invoke Start", "early\n", "late\n", "FC Invoke End");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({"local, 0", "local, 2", "fc3, 1", "fc2, 1", "kubernetes, 1", "knative, 1"})
    void elsewhereNobodyIsAnswered(String platform, int concurrency) {
        CoreProcess core = cores.with("printer.js")
                .env("POLYFN_PLATFORM", platform)
                .env("POLYFN_CONCURRENCY", concurrency)
                .start()
                .listening();

        Wire.Answer answer = core.invoke("[{\"text\":\"printed\\n\"}]", TAIL);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.head().all("x-fc-log-result")).isEmpty();
        assertThat(core.threads()).doesNotContain("worker-stdout");
    }

    @Test
    void onlyEventsThatAskForItHaveATail() {
        CoreProcess core = printer("").start().listening();

        assertThat(core.invoke("[]").head().all("x-fc-log-result")).isEmpty();
        assertThat(core.invoke("[]", "x-fc-log-type: None").head().all("x-fc-log-result"))
                .isEmpty();
        assertThat(core.get("/", TAIL).head().all("x-fc-log-result")).isEmpty();
    }

    /** A function that was never called has printed nothing. */
    @Test
    void aRefusedEventHasNoTail() {
        CoreProcess core = printer("").env("POLYFN_MAX_EVENT_SIZE", 10).start().listening();

        Wire.Answer answer = core.invoke("[{\"text\":\"too large\"}]", TAIL);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.head().all("x-fc-log-result")).isEmpty();
    }

    @Test
    void aWorkerThatReplacesAnotherIsWatchedTooAndPipesDoNotPileUp() {
        CoreProcess core = printer("").start().listening();
        core.invoke("[]", TAIL);
        int descriptors = core.openDescriptors();
        for (int i = 1; i <= 5; i++) {
            assertThat(core.invoke("[{\"exit\":1}]", TAIL).failure()).isEqualTo("WorkerExited");
            assertThat(logOf(core.invoke("[{\"text\":\"again\\n\"}]", TAIL))).isEqualTo("again\n");
        }
        await().until(() -> core.openDescriptors() <= descriptors);
        assertThat(core.stop().code()).isZero();
    }

    private static String logOf(Wire.Answer answer) {
        assertThat(answer.head().all("x-fc-log-result")).hasSize(1);
        return new String(Base64.getDecoder().decode(answer.header("x-fc-log-result")), UTF_8);
    }
}
