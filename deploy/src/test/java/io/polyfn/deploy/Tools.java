package io.polyfn.deploy;

import java.nio.file.Files;
import java.util.List;

/** The platforms' tools, which deploy/install-tools has put there. */
final class Tools {

    private Tools() {}

    static Command node(String script, String... arguments) {
        var file = Project.path("deploy/target/tools").resolve(script);
        if (!Files.exists(Project.path("deploy/target/tools/installed"))) {
            throw new AssertionError("the platforms' tools are not there: run deploy/install-tools");
        }
        return Command.of("node", file.toString()).with(List.of(arguments));
    }

    static Command nodeScript(String script, String... arguments) {
        return Command.of(
                        "node",
                        Project.path("deploy/src/test/tools").resolve(script).toString())
                .with(List.of(arguments))
                .env(
                        "NODE_PATH",
                        Project.path("deploy/target/tools/node_modules").toString());
    }
}
