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
import org.junit.jupiter.params.provider.ValueSource;

/** More callers than the limit of open files bears: those beyond it get a response, the rest are served, and afterwards all are. */
class DescriptorsIT {
    private static final int ENHANCE_YOUR_CALM = 11;

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

    /** It may send its requests elsewhere: none has been served. */
    @ParameterizedTest
    @ValueSource(strings = {"at once", "by its preface", "by an upgrade"})
    void anHttp2ConnectionBeyondTheLimitIsRefusedWithGoaway(String when) {
        CoreProcess core = cores.with("answers.js")
                .through("ulimit -n 128; exec \"$@\"")
                .start()
                .listening();
        Wire connected = core.connect();
        for (int i = 0; i < 200; i++) {
            open.add(core.connect().head("GET", "/never?head"));
        }
        Wire wire = when.equals("at once") ? core.connect() : connected;
        open.add(wire);
        if (when.equals("by an upgrade")) {
            wire.head("GET", "/early", Http2Wire.UPGRADE);
            assertThat(wire.readHead().status()).isEqualTo(101);
        } else {
            wire.send(Http2Wire.start()).send(Http2Wire.requests(3, 2, "/early"));
        }

        Http2Wire.Frame goaway = new Http2Wire(wire).await(Http2Wire.GOAWAY, 0);

        assertThat(goaway.number(0)).as("the last stream that was served").isZero();
        assertThat(goaway.number(4)).isEqualTo(ENHANCE_YOUR_CALM);
        assertThat(core.stdout()).doesNotContain("/early");
    }
}
