package io.polyfn.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;

/** Echoes request bodies, with Vert.x set up as the core sets it up, and nothing else. */
final class BareServer {
    private BareServer() {}

    public static void main(String... args) {
        int port = Integer.parseInt(System.getenv("PORT"));
        var files = new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        Vertx.vertx(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setPreferNativeTransport(true)
                        .setFileSystemOptions(files))
                .createHttpServer(new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(1024))
                .requestHandler(BareServer::echo)
                .listen(port, "0.0.0.0")
                .onSuccess(server -> System.err.println("listening on " + server.actualPort()))
                .onFailure(BareServer::fail);
    }

    private static void echo(HttpServerRequest request) {
        request.body().onSuccess(body -> request.response().end(body).onFailure(BareServer::gone));
    }

    private static void gone(Throwable caller) {
        // Load tools leave in the middle of an answer.
    }

    private static void fail(Throwable cause) {
        System.err.println("bare Vert.x: " + cause.getMessage());
        System.exit(1);
    }
}
