package io.polyfn.deploy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A function that runs somewhere, as its callers see it. */
record Function(URI address) {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration LONGEST = Duration.ofSeconds(15);

    static Function at(String hostAndPort) {
        return new Function(URI.create("http://" + hostAndPort));
    }

    HttpResponse<String> invoke(String event) throws IOException {
        return send(request("/invoke").POST(BodyPublishers.ofString(event)), LONGEST);
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(request(path), LONGEST);
    }

    /** Whether anything answers, and with 200. */
    boolean answers(String path) {
        try {
            return get(path).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request, Duration longest) throws IOException {
        try {
            return CLIENT.send(request.timeout(longest).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
