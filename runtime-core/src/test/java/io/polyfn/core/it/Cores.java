package io.polyfn.core.it;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Starts cores for tests, shows what they wrote when a test fails, and ends them: after each test, or after all where shared. */
final class Cores implements AfterEachCallback, AfterAllCallback {
    private final boolean shared;
    private final List<CoreProcess> started = new ArrayList<>();

    private Cores(boolean shared) {
        this.shared = shared;
    }

    static Cores forEachTest() {
        return new Cores(false);
    }

    static Cores forAllTests() {
        return new Cores(true);
    }

    /** A core to be set up whose worker is the given file of {@code src/test/functions}, run by Node.js. */
    CoreProcess.Setup with(String function) {
        return command("node", function);
    }

    /** A core to be set up whose worker asks the Runtime API, in the dialect {@code lambda} or {@code fc}, for so many invocations at a time. */
    CoreProcess.Setup poller(String dialect, int loops) {
        return with("poller.js").env("DIALECT", dialect).env("LOOPS", loops);
    }

    /** A core to be set up with any worker command, run in {@code src/test/functions}. */
    CoreProcess.Setup command(String... command) {
        return new CoreProcess.Setup(List.of(command), started::add);
    }

    /** A core that listens, set up with nothing but a function. */
    CoreProcess start(String function) {
        return with(function).start().listening();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            started.forEach(core -> core.printLogs(context.getDisplayName()));
        }
        if (!shared) {
            end();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end();
    }

    private void end() {
        started.forEach(CoreProcess::close);
        started.clear();
    }
}
