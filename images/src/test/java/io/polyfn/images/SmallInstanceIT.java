package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The smallest instance there is, and more callers than it bears: the core outlives them, whatever happens to the worker. */
class SmallInstanceIT {
    private static final int CALLERS = 800;

    private final FunctionContainer container = FunctionContainer.nodejs("bulk").memory(128 * 1024 * 1024);
    private final List<Socket> callers = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        leave();
        container.stop();
    }

    @Test
    void callersThatDoNotReadTheirResponses() throws Exception {
        container.start();
        send("GET /bulk HTTP/1.1\r\nHost: a\r\n\r\n");

        assertItServes();
    }

    @Test
    void largeHeads() throws Exception {
        container.start();
        send("GET /never HTTP/1.1\r\nHost: a\r\nx-large: " + "x".repeat(50 * 1024) + "\r\n\r\n");

        assertItServes();
    }

    /** The kernel kills them rather than the core (decision 0060). */
    @Test
    void decoysAreStartedAgain() throws Exception {
        container.start();
        await().atMost(Duration.ofSeconds(20)).until(() -> decoys().size() == 3);
        var first = decoys();

        container.execInContainer("bash", "-c", "kill -KILL " + String.join(" ", first));

        await().atMost(Duration.ofSeconds(20)).until(() -> decoys().size() == 3);
        assertThat(decoys()).doesNotContainAnyElementsOf(first);
        assertThat(container.get("/").body()).isEqualTo("here");
    }

    /** Their pids. */
    private List<String> decoys() throws Exception {
        var script = "for p in /proc/[0-9]*; do "
                + "if [ \"$(tr '\\0' ' ' <$p/cmdline)\" = 'cat ' ] && [ \"$(<$p/oom_score_adj)\" = 1000 ]; then echo ${p#/proc/}; fi; done";
        return container
                .execInContainer("bash", "-c", script)
                .getStdout()
                .lines()
                .toList();
    }

    private void assertItServes() throws Exception {
        await().pollDelay(Duration.ofSeconds(2)).until(container::isRunning);
        leave();

        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> container.get("/").body().equals("here"));
    }

    private void leave() throws IOException {
        for (Socket caller : callers) {
            caller.close();
        }
    }

    private void send(String request) throws IOException {
        var port = container.uri("/").getPort();
        for (int i = 0; i < CALLERS; i++) {
            var caller = new Socket();
            callers.add(caller);
            caller.setReceiveBufferSize(4096);
            caller.connect(new InetSocketAddress(container.getHost(), port));
            caller.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
