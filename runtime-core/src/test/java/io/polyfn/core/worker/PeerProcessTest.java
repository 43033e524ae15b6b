package io.polyfn.core.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PeerProcessTest {
    @Test
    void aConnectionsProcessIsFoundByItsPort() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort())) {
            assertThat(PeerProcess.of(Set.of(self), server.getLocalPort()))
                    .containsOnlyKeys(client.getLocalPort())
                    .allSatisfy(
                            (port, process) -> assertThat(process.hasExited()).isFalse());
            assertThat(PeerProcess.of(Set.of(), server.getLocalPort())).isEmpty();
            assertThat(PeerProcess.of(Set.of(self), client.getLocalPort()))
                    .as("the server's own end")
                    .doesNotContainKey(client.getLocalPort());
        }
    }

    @Test
    void aProcessThatNobodyHasWaitedForHasExited() throws IOException {
        // The shell's child exits at once, and the program that replaces the shell does not wait for it.
        Process parent = new ProcessBuilder("sh", "-c", "true & exec cat").start();
        try {
            await().until(() -> parent.children().findFirst().isPresent());
            ProcessHandle child = parent.children().findFirst().orElseThrow();

            await().until(() -> PeerProcess.hasExited(child));

            assertThat(PeerProcess.hasExited(parent.toHandle())).isFalse();
        } finally {
            parent.destroyForcibly();
        }
        await().until(() -> PeerProcess.hasExited(parent.toHandle()));
    }
}
