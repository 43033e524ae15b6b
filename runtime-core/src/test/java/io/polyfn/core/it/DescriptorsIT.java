package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More callers than the limit of open files bears: those beyond it get a response, the rest are served, and afterwards all are. */
class DescriptorsIT {
    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    private final List<Wire> open = new ArrayList<>();

    @AfterEach
    void leave() {
        open.forEach(Wire::close);
    }

    @ParameterizedTest
    @CsvSource({"512, 150, 600", "128, 10, 200"})
    void callersBeyondTheLimitGet503(int limit, int served, int callers) {
        CoreProcess core = cores.with("answers.js")
                .through("ulimit -n " + limit + "; exec \"$@\"")
                .start()
                .listening();
        long worker = core.workerPid();
        for (int i = 0; i < callers; i++) {
            open.add(core.connect().head("GET", "/never?head"));
        }

        List<Wire.Head> heads = open.stream().map(Wire::readHead).toList();

        assertThat(heads).allSatisfy(head -> assertThat(head.status()).isIn(200, 503));
        assertThat(heads).filteredOn(head -> head.status() == 200).hasSizeGreaterThan(served);
        assertThat(heads)
                .filteredOn(head -> head.status() == 503)
                .isNotEmpty()
                .allSatisfy(head -> assertThat(head.failure()).isEqualTo("MemoryExhausted"));
        leave();
        await().atMost(Duration.ofSeconds(20)).until(() -> core.get("/early").status() == 200);
        for (int i = 0; i < served; i++) {
            assertThat(core.get("/early").status()).isEqualTo(200);
        }
        assertThat(core.workerPid()).isEqualTo(worker);
    }
}
