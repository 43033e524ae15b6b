package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.utility.MountableFile;

/** The MCP server of the examples, a plain program on the SDK, behind the core: FC routes by the session id in its responses. */
class McpIT {
    private static final String INITIALIZE = """
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", "capabilities": {},
             "clientInfo": {"name": "test", "version": "1.0.0"}}}""";

    private static FunctionContainer server;

    @BeforeAll
    static void start() throws Exception {
        var folder = Path.of("nodejs/example-mcp");
        server = FunctionContainer.of(folder, Files.readString(folder.resolve("Dockerfile")))
                .withCopyFileToContainer(
                        MountableFile.forHostPath(Path.of("src/test/functions/mcp/client.mjs")), "/code/client.mjs");
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theSdksClientHasASessionWithBothOfItsStreams() throws Exception {
        var client = server.execInContainer("node", "client.mjs", "http://localhost:9000/mcp");

        assertThat(client.getStderr()).isEmpty();
        assertThat(client.getStdout()).isEqualTo("""
                {"stream":"200 text/event-stream","oneSession":true,"tools":["count"],"logged":[1,2,3],\
                "result":"counted to 3","announcement":"counting is over"}
                """);
    }

    @Test
    void theSessionsIdPassesBothWays() throws Exception {
        var opened = server.send(request().POST(BodyPublishers.ofString(INITIALIZE)));
        var id = opened.headers().firstValue("mcp-session-id").orElseThrow();

        assertThat(opened.statusCode()).isEqualTo(200);
        assertThat(opened.body()).startsWith("event: message\n").contains("\"protocolVersion\":\"2025-06-18\"");
        assertThat(server.send(request().header("Mcp-Session-Id", id).DELETE()).statusCode())
                .isEqualTo(200);
        assertThat(server.send(request().header("Mcp-Session-Id", id).DELETE()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void itAnswersThePlatformsHealthCheck() throws Exception {
        assertThat(server.get("/health").statusCode()).isEqualTo(200);
    }

    private static HttpRequest.Builder request() {
        return HttpRequest.newBuilder(server.uri("/mcp"))
                .header("content-type", "application/json")
                .header("accept", "application/json, text/event-stream");
    }
}
