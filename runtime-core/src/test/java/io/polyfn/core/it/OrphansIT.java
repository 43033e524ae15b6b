package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Processes as in a container, where tini is the first one: what a worker has left to it is gone before the next worker starts. */
class OrphansIT {
    private static final String CONTAINER = "unshare --map-root-user --pid --fork --mount-proc --kill-child tini --";

    @RegisterExtension
    final Cores cores = Cores.forEachTest();

    @Test
    void aDetachedProcessWithACleanEnvironmentDoesNotOutliveItsWorker() throws Exception {
        assumeTrue(succeeds(CONTAINER + " true"), "needs tini, and namespaces");
        String seconds = Long.toString(1_000_000 + ProcessHandle.current().pid());
        CoreProcess core = cores.command(
                        "sh", "-c", "env -i setsid sleep " + seconds + " & echo $! >&2; exec node failing.js")
                .through("exec " + CONTAINER + " \"$@\"")
                .start()
                .listening();
        await().until(() -> sleeping(seconds).size() == 1);
        List<Long> before = sleeping(seconds);

        core.get("/kill");
        core.awaitReadyWorkers(2);

        await().until(() -> sleeping(seconds).size() == 1);
        assertThat(sleeping(seconds)).doesNotContainAnyElementsOf(before);
    }

    private static List<Long> sleeping(String seconds) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .filter(arguments -> List.of(arguments).equals(List.of(seconds)))
                        .isPresent())
                .map(ProcessHandle::pid)
                .toList();
    }

    private static boolean succeeds(String command) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", command).start().waitFor() == 0;
    }
}
