package io.polyfn.core.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A code folder whose {@code bootstrap} is a small server, as a user's may be, and the settings that make a core use it. */
public final class FunctionFolder implements QuarkusTestResourceLifecycleManager {
    private static final String[] SERVER = {
        "const calls = {};",
        "const fs = require('fs');",
        "require('http').createServer((request, response) => {",
        "  const chunks = [];",
        "  request.on('data', chunk => chunks.push(chunk));",
        "  request.on('end', () => {",
        "    const body = Buffer.concat(chunks).toString();",
        "    const call = request.method + ' ' + request.url;",
        "    calls[call] = (calls[call] || 0) + 1;",
        "    response.setHeader('x-calls', calls[call]);",
        "    switch (call) {",
        "      case 'POST /invoke':",
        "        if (body === 'hang') return;",
        "        if (body.startsWith('slow')) return setTimeout(() => response.end(body + ' by ' + process.pid), 700);",
        "        if (body === 'fail') {",
        "          response.statusCode = 404;",
        "          response.setHeader('x-fc-status', '404');",
        "          response.setHeader('x-polyfn-failure', 'FunctionError');",
        "          return response.end(JSON.stringify({ errorMessage: 'as told', errorType: 'Error', stackTrace: [] }));",
        "        }",
        "        response.setHeader('content-type', 'application/json');",
        "        if (body === 'headers') return response.end(JSON.stringify(request.headers));",
        "        return response.end('Hello, ' + body);",
        "      case 'POST /initialize':",
        "        response.statusCode = fs.existsSync('tried') ? 200 : 404;",
        "        fs.writeFileSync('tried', '');",
        "        return response.end('initialize ' + calls[call]);",
        "      case 'GET /pre-freeze':",
        "      case 'GET /pre-stop':",
        "        return response.end(request.url + ' for ' + request.headers['x-fc-request-id']);",
        "      case 'GET /crash':",
        "        console.error('crashing as told');",
        "        return process.exit(42);",
        "      default:",
        "        response.statusCode = 201;",
        "        response.setHeader('date', 'never');",
        "        response.setHeader('x-fc-mine', 'forged');",
        "        response.end(call + ' ' + body);",
        "    }",
        "  });",
        "}).listen(process.env.FC_SERVER_PORT);",
    };

    private @Nullable Path folder;

    @Override
    public Map<String, String> start() {
        try {
            Path created = Files.createTempDirectory("polyfn-function");
            folder = created;
            Scripts.nodeBootstrap(created, SERVER);
            return Map.of("FC_FUNC_CODE_PATH", created.toString(), "quarkus.http.test-port", "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        if (folder == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
