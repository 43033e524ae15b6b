package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
    private static final WorkerExit KILLED = new WorkerExit(137, "last words");

    private final AtomicLong kills = new AtomicLong(3);
    private final OutOfMemory outOfMemory = new OutOfMemory(kills::get);

    OutOfMemoryTest() {
        outOfMemory.begin();
    }

    @Test
    void aKillOfTheKernelExplainsOneExit() {
        kills.incrementAndGet();

        assertThat(outOfMemory.explain(KILLED).describe())
                .isEqualTo(
                        "signal 9 (SIGKILL), exit code 137: probably out of memory, the kernel has killed a process at"
                                + " the container's limit; its last lines on stderr: last words");
        assertThat(outOfMemory.explain(KILLED).outOfMemory()).isFalse();
    }

    @Test
    void whoeverElseKillsAWorkerIsNoShortageOfMemory() {
        outOfMemory.begin();

        assertThat(outOfMemory.explain(KILLED)).isEqualTo(KILLED);
    }

    @Test
    void anExitOfAnotherKindExplainsItself() {
        kills.incrementAndGet();
        WorkerExit exit = new WorkerExit(1, "");

        assertThat(outOfMemory.explain(exit)).isEqualTo(exit);
    }

    @Test
    void twoWorkersThatAreKilledAtOnceAreBothExplained() {
        kills.addAndGet(2);
        assertThat(outOfMemory.explain(KILLED).outOfMemory()).isTrue();
        outOfMemory.begin();

        assertThat(outOfMemory.explain(KILLED).outOfMemory()).isTrue();
    }
}
