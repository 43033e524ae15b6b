package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.output.OutputFrame.OutputType;

/** A server with a hard-coded port and a bootstrap, as FC's custom runtimes have it. */
class PlainServerIT {

    @Test
    void itRunsUnchangedWithTheCoreOnAnotherPort() throws Exception {
        try (var server = FunctionContainer.nodejs("plain-server").onPort(8080)) {
            server.start();

            assertThat(server.invoke("Serverless").body()).isEqualTo("POST /invoke Serverless");
            assertThat(server.send(HttpRequest.newBuilder(server.uri("/any?x=1"))
                                    .method("PATCH", BodyPublishers.ofString("body")))
                            .body())
                    .isEqualTo("PATCH /any?x=1 body");
            assertThat(server.getLogs(OutputType.STDOUT)).contains("FC Invoke Start", "FC Invoke End");
        }
    }

    @Test
    void onTheCoresOwnPortItIsToldWhatToSet() throws Exception {
        try (var server = FunctionContainer.nodejs("plain-server")) {
            server.start();
            server.awaitLog("9000, which is the core's own");

            var answer = server.invoke("x");

            assertThat(answer.headers().firstValue("x-polyfn-failure")).hasValue("WorkerStartFailed");
            assertThat(answer.body()).contains("9000", "POLYFN_PORT", "FC_SERVER_PORT", "CAPort");
        }
    }
}
