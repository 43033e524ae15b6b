package io.polyfn.deploy;

import java.util.List;

/** An image made for a test, and removed after it. */
record FunctionImage(String name) implements AutoCloseable {

    static FunctionImage of(Language language) {
        return build(language.name(), List.of(language.example()));
    }

    /** A folder of src/test/functions, on the Node.js example's base. */
    static FunctionImage nodejs(String folder) {
        return build(
                folder, List.of("--file", "images/nodejs/example/Dockerfile", "deploy/src/test/functions/" + folder));
    }

    /** Not a function, but what Knative puts in front of one. */
    static FunctionImage queueProxy() {
        // Without a value the argument is this machine's mirror of Go modules, if it has one.
        return build("queue-proxy", List.of("--build-arg", "GOPROXY", "deploy/src/test/queue-proxy"));
    }

    private static FunctionImage build(String name, List<String> where) {
        var image = new FunctionImage("polyfn-test/deploy-" + name + ":latest");
        Command.docker(List.of("build", "--quiet", "--tag", image.name))
                .with(where)
                .output();
        return image;
    }

    @Override
    public void close() {
        Command.docker(List.of("image", "rm", name)).output();
    }
}
