package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
@Timeout(20)
@SuppressWarnings("NullAway.Init")
class ProcessTreeTest {
    private final String id = UUID.randomUUID().toString();
    private final String marker = "POLYFN_WORKER_ID=" + id;
    private Process root;

    @AfterEach
    void endWhatWasStarted() throws InterruptedException {
        ProcessTree.of(root.toHandle(), marker).forEach(ProcessHandle::destroyForcibly);
        root.waitFor();
    }

    @Test
    void descendantsOfAnyDepthBelongToTheTree() throws IOException {
        long grandchild = start("sh -c 'sleep 987 & echo $!; wait' & wait");

        assertThat(pids(ProcessTree.descendants(root.toHandle()))).contains(root.pid(), grandchild);
        assertThat(pids(ProcessTree.of(root.toHandle(), marker))).contains(root.pid(), grandchild);
    }

    @Test
    void aProcessThatWentIntoTheBackgroundIsFoundByItsMarker() throws Exception {
        // The middle process ends at once, so the session leader has another parent by then.
        long daemon = start("(setsid sh -c 'echo $$; exec sleep 987' &) ; exec sleep 987");
        ProcessHandle orphan = ProcessHandle.of(daemon).orElseThrow();
        await().until(() -> !pids(ProcessTree.descendants(root.toHandle())).contains(daemon));

        assertThat(pids(ProcessTree.of(root.toHandle(), marker))).contains(root.pid(), daemon);

        root.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();
        assertThat(pids(ProcessTree.of(root.toHandle(), marker))).containsExactly(daemon);
    }

    @Test
    void aMarkerThatIsThePrefixOfAnotherIsNotTaken() throws IOException {
        start("echo $$; exec sleep 987");
        Process other = new ProcessBuilder("true").start();

        assertThat(ProcessTree.of(other.toHandle(), marker.substring(0, marker.length() - 1)))
                .isSubsetOf(other.toHandle());
        assertThat(pids(ProcessTree.of(other.toHandle(), marker))).contains(root.pid());
    }

    @Test
    void aVariableWhoseNameEndsLikeTheMarkerIsNotTaken() throws IOException {
        start("echo $$; exec sleep 987");
        Process other = new ProcessBuilder("true").start();

        assertThat(ProcessTree.of(other.toHandle(), marker.substring("POLYFN_".length())))
                .isSubsetOf(other.toHandle());
    }

    /** Starts a shell with the marker and answers with the first number that it prints. */
    private long start(String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script);
        builder.environment().put("POLYFN_WORKER_ID", id);
        root = builder.start();
        return Long.parseLong(String.valueOf(root.inputReader().readLine()));
    }

    private static Set<Long> pids(Set<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    }
}
