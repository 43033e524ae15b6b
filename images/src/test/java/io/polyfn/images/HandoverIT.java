package io.polyfn.images;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The worker comes first and hands the port over to the core; requests go to the container's own address, where nothing is in between. */
class HandoverIT {
    private static final String CORE_LISTENS = "listening on 0.0.0.0";
    private static final int CLIENTS = 8;

    @Test
    void eachRequestFromTheFirstMillisecondOnIsServedOnce() throws Exception {
        for (int start = 0; start < 5; start++) {
            try (FunctionContainer function = handover();
                    ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                function.start();
                AtomicBoolean enough = new AtomicBoolean();
                List<Future<Integer>> served = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    String name = "client" + i;
                    served.add(clients.submit(() -> converse(function, name, enough)));
                }
                function.awaitLog(CORE_LISTENS);
                Thread.sleep(1000); // the worker leaves the port half a second later
                enough.set(true);

                int all = 0;
                for (Future<Integer> one : served) {
                    all += one.get();
                }
                Counts counts = counts(function);
                assertThat(counts.seen()).isEqualTo(all);
                assertThat(counts.doubled()).isZero();
            }
        }
    }

    @Test
    void whatBeganBeforeGoesOn() throws Exception {
        try (FunctionContainer function = handover();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            function.start();
            try (Peer webSocket = Peer.first(function)) {
                webSocket.send(
                        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n");
                assertThat(webSocket.head()).startsWith("HTTP/1.1 101");
                Future<String> stream = clients.submit(() -> {
                    try (Peer peer = new Peer(function)) {
                        peer.send("POST /invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nstream 40");
                        return new String(peer.in.readAllBytes(), ISO_8859_1);
                    }
                });
                assertThat(function.getLogs()).doesNotContain(CORE_LISTENS);
                function.awaitLog(CORE_LISTENS);
                assertThat(stream.get())
                        .contains("\r\nConnection: close\r\n")
                        .contains("39\n")
                        .endsWith("0\r\n\r\n");

                webSocket.send("still here");
                assertThat(new String(webSocket.in.readNBytes(10), ISO_8859_1)).isEqualTo("still here");
            }
        }
    }

    @Test
    void theCoreKnowsWhatTheFunctionWasInitializedWith() throws Exception {
        try (FunctionContainer function = handover()) {
            function.start();
            try (Peer first = Peer.first(function)) {
                first.send("POST /initialize HTTP/1.1\r\nHost: x\r\nx-fc-request-id: i-1\r\nContent-Length: 0\r\n\r\n");
                assertThat(first.head()).startsWith("HTTP/1.1 200");
            }
            function.awaitLog(CORE_LISTENS);
            Counts before = counts(function);
            assertThat(before.initializations()).isEqualTo(1);

            function.invoke("crash");

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Counts after = counts(function);
                assertThat(after.pid()).isNotEqualTo(before.pid());
                assertThat(after.initializations()).isEqualTo(1);
            });
            assertThat(function.getLogs()).contains("with exit code 3");
        }
    }

    @Test
    void aClientOfHttp2WaitsForTheCore() throws Exception {
        try (FunctionContainer function = handover();
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_2)
                        .build()) {
            function.start();
            Peer.first(function).close();
            // By an upgrade, which the worker does not take; with prior knowledge:
            try (Peer peer = new Peer(function)) {
                peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
                assertThat(peer.in.readNBytes(4)[3]).isEqualTo((byte) 4); // the core's own SETTINGS
            }
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create("http://" + address(function) + ":9000/invoke"))
                                            .POST(HttpRequest.BodyPublishers.ofString("fast one"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("one");
        }
    }

    @Test
    void aStopInTheMiddleWaitsForWhatTheWorkerHas() throws Exception {
        try (FunctionContainer function = handover()) {
            function.start();
            Peer.first(function).close();
            try (Peer peer = new Peer(function)) {
                peer.send("POST /invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nstream 40");
                assertThat(peer.head()).startsWith("HTTP/1.1 200");
                function.awaitLog(CORE_LISTENS);

                CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(function::terminate);

                assertThat(new String(peer.in.readAllBytes(), ISO_8859_1))
                        .contains("39\n")
                        .endsWith("0\r\n\r\n");
                assertThat(exit.get()).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "off"})
    void aFunctionThatCannotBeLoadedFailsWithTheSameText(String handover) throws Exception {
        try (FunctionContainer function =
                FunctionContainer.nodejs("syntax-error").withEnv("POLYFN_HANDOVER", handover)) {
            function.start();

            var response = function.invoke("");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("exit code 1", "SyntaxError", "index.js");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POLYFN_HANDOVER=off", "POLYFN_CONCURRENCY=1", "POLYFN_CLOUDEVENTS=on"})
    void theCoreComesFirstWhereItIsToldToOrHasToDecideItself(String setting) throws Exception {
        String[] variable = setting.split("=", 2);
        try (FunctionContainer function = handover().withEnv(variable[0], variable[1])) {
            function.start();
            try (Peer first = Peer.first(function)) {
                first.send("POST /invoke HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nfast one");
                assertThat(first.head()).startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("\r\nconnection:");
            }
        }
    }

    private static FunctionContainer handover() {
        return FunctionContainer.nodejs("handover").withoutWaiting();
    }

    /** What the function has counted since its process began. */
    private record Counts(int seen, int doubled, int initializations, int pid) {}

    private static Counts counts(FunctionContainer function) throws IOException, InterruptedException {
        int[] counts = Stream.of(function.invoke("counts").body().split(" "))
                .mapToInt(Integer::parseInt)
                .toArray();
        return new Counts(counts[0], counts[1], counts[2], counts[3]);
    }

    /** Sends one request after the other, as many on a connection as the other side takes; counts them. */
    private static int converse(FunctionContainer function, String name, AtomicBoolean enough) throws IOException {
        int sent = 0;
        while (!enough.get()) {
            try (Peer peer = Peer.first(function)) {
                for (boolean open = true; open && !enough.get(); sent++) {
                    String event = (sent % 50 == 7 ? "slow " : "fast ") + name + '-' + sent;
                    peer.send("POST /invoke HTTP/1.1\r\nHost: x\r\nContent-Length: " + event.length() + "\r\n\r\n"
                            + event);
                    String head = peer.head();
                    assertThat(head).startsWith("HTTP/1.1 200");
                    String expected = event.substring(5);
                    assertThat(new String(peer.in.readNBytes(expected.length()), ISO_8859_1))
                            .isEqualTo(expected);
                    open = !head.contains("Connection: close");
                }
            }
        }
        return sent;
    }

    private static String address(FunctionContainer function) {
        return function.getContainerInfo()
                .getNetworkSettings()
                .getNetworks()
                .values()
                .iterator()
                .next()
                .getIpAddress();
    }

    /** One connection to the container. */
    private static final class Peer implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        Peer(FunctionContainer function) throws IOException {
            socket = new Socket(address(function), 9000);
            socket.setSoTimeout(30_000);
            in = new BufferedInputStream(socket.getInputStream());
        }

        /** As soon as the port is open. */
        static Peer first(FunctionContainer function) {
            return await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(1))
                    .pollDelay(Duration.ZERO)
                    .ignoreExceptionsInstanceOf(ConnectException.class)
                    .until(() -> new Peer(function), peer -> true);
        }

        void send(String bytes) throws IOException {
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        }

        /** The status line and the headers. */
        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    throw new IOException("the connection ended after: " + head);
                }
                head.append((char) next);
            }
            return head.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
