package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HTTP/2 without TLS: the client upgrades with its first request, and a stream's end may be all that there is of a body. */
class Http2IT {
    @RegisterExtension
    static final Cores CORES = Cores.forAllTests();

    private static CoreProcess core;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();

    @BeforeAll
    static void start() {
        core = CORES.start("failing.js");
    }

    @Test
    void anUpgradeWithoutABodyGetsItsResponse() throws Exception {
        HttpResponse<String> response = client.send(request("/ok").build(), BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("ok");
    }

    /** The client sends the head, and then an empty DATA frame that ends the stream. */
    @Test
    void aBodyThatTurnsOutToBeEmptyGetsItsResponse() throws Exception {
        client.send(request("/ok").build(), BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> sent;
        try (SubmissionPublisher<ByteBuffer> nothing = new SubmissionPublisher<>()) {
            sent = client.sendAsync(
                    request("/ok").POST(BodyPublishers.fromPublisher(nothing)).build(), BodyHandlers.ofString());
        }

        HttpResponse<String> response = sent.get();
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + core.port() + path))
                .timeout(Duration.ofSeconds(20));
    }
}
