package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.output.OutputFrame.OutputType;

/** Events through core and worker, in a container as strict as they come: read-only, and with the memory of FC's smallest instance but one. */
class NodejsEventsIT {
    private static final int MEBI = 1024 * 1024;

    private static final FunctionContainer FUNCTION =
            FunctionContainer.nodejs("echo").readOnly();

    @BeforeAll
    static void start() {
        FUNCTION.start();
    }

    @AfterAll
    static void stop() {
        FUNCTION.close();
    }

    @Test
    void anEventComesBack() throws Exception {
        var answer = FUNCTION.invoke("Serverless, 无服务器");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-fc-status")).hasValue("200");
        assertThat(answer.body()).isEqualTo("Serverless, 无服务器");
    }

    @Test
    void anEmptyEventIsAnEvent() throws Exception {
        var answer = FUNCTION.invoke("");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void anyBytesComeBackUpToThirtyTwoMebibytes() throws Exception {
        for (int size : new int[] {1, 64 * 1024 + 1, 32 * MEBI}) {
            byte[] event = new byte[size];
            new Random(size).nextBytes(event);

            var answer = FUNCTION.send(
                    HttpRequest.newBuilder(FUNCTION.uri("/invoke")).POST(BodyPublishers.ofByteArray(event)),
                    BodyHandlers.ofByteArray());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(event);
        }
    }

    @Test
    void oneByteMoreIsTooLargeWithAndWithoutAnAnnouncedLength() throws Exception {
        byte[] event = new byte[32 * MEBI + 1];
        var announced = HttpRequest.newBuilder(FUNCTION.uri("/invoke")).POST(BodyPublishers.ofByteArray(event));
        var chunked = HttpRequest.newBuilder(FUNCTION.uri("/invoke"))
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(event)));

        for (var request : new HttpRequest.Builder[] {announced, chunked}) {
            var answer = FUNCTION.send(request);

            assertThat(answer.statusCode()).isEqualTo(413);
            assertThat(answer.headers().firstValue("x-polyfn-failure")).hasValue("PayloadTooLarge");
            assertThat(answer.headers().firstValue("x-fc-status")).hasValue("404");
        }
        assertThat(FUNCTION.invoke("still there").body()).isEqualTo("still there");
    }

    @Test
    void theMarkersStandAroundTheInvocationWithThePlatformsRequestId() throws Exception {
        FUNCTION.send(HttpRequest.newBuilder(FUNCTION.uri("/invoke"))
                .header("x-fc-request-id", "1-marked-by-the-test")
                .POST(BodyPublishers.ofString("x")));

        assertThat(FUNCTION.getLogs(OutputType.STDOUT))
                .containsSubsequence(
                        "FC Invoke Start RequestId: 1-marked-by-the-test\n",
                        "FC Invoke End RequestId: 1-marked-by-the-test\n");
    }

    @Test
    void httpRequestsReachAnEventFunctionAsFcsHttpEvent() throws Exception {
        var answer = FUNCTION.get("/some/path?a=1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"rawPath\":\"/some/path\"", "\"queryParameters\":{\"a\":\"1\"}");
    }
}
