package io.polyfn.core.worker;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.polyfn.core.failure.InvocationFailure;
import io.polyfn.core.http.Caller;
import io.polyfn.core.link.Exchange;
import io.polyfn.core.link.ForwardRequest;
import io.polyfn.core.link.HookResponse;
import io.polyfn.core.link.Link;
import io.polyfn.core.link.ResponseObserver;
import io.polyfn.core.platform.Hook;
import io.polyfn.core.platform.PlatformEnvironment;
import io.polyfn.core.platform.PoolSettings;
import io.polyfn.core.platform.WorkerSettings;
import io.polyfn.core.telemetry.TestMetrics;
import io.polyfn.core.testing.Loop;
import io.polyfn.core.testing.Scripts;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A worker slot with real children: what is policy there depends on what processes do. */
abstract class SlotFixture {
    static final int ANOTHER_PORT = 0;
    static final String SERVE = "require('net').createServer(s => s.on('data', d => s.end(d)))";

    @TempDir
    Path code;

    final Loop loop = new Loop();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Duration startTimeout = Duration.ofMinutes(2);
    Duration grace = Duration.ofSeconds(5);

    @Nullable
    Integer workerPort;

    @Nullable
    WorkerPool supervisor;

    @AfterEach
    void stop() {
        if (supervisor != null) {
            WorkerPool started = supervisor;
            loop.await(() -> started.stop(Duration.ofMillis(1)));
        }
        loop.close();
    }

    Future<Void> start(WorkerPool workers, int corePort) {
        return start(workers, corePort, ready -> Future.succeededFuture());
    }

    static Future<Void> start(WorkerPool workers, int corePort, Function<Worker, Future<Void>> gate) {
        return workers.start(corePort, slot -> new NoLinks(Future.succeededFuture()), gate);
    }

    WorkerPool supervisor(String... arguments) {
        WorkerSettings settings =
                new WorkerSettings(startTimeout, null, workerPort, Duration.ZERO, grace, PoolSettings.ONE, false);
        PlatformEnvironment environment =
                new PlatformEnvironment(Map.of("FC_FUNC_CODE_PATH", code.toString(), "PATH", System.getenv("PATH")));
        WorkerLauncher launcher = new WorkerLauncher(List.of(arguments), environment, settings, 0);
        WorkerPool created = new WorkerPool(loop.vertx(), settings, launcher, TestMetrics.in(meters));
        supervisor = created;
        return created;
    }

    void node(String... lines) {
        Scripts.nodeBootstrap(code, lines);
    }

    InvocationFailure failureOf(WorkerPool workers) {
        return (InvocationFailure) loop.awaitFailure(workers::ready);
    }

    /** What comes back for a few bytes. */
    String answerOf(Worker ready) {
        SocketAddress address = listening(ready);
        return loop.await(() -> loop.vertx().createNetClient().connect(address).compose(socket -> {
            Promise<String> answer = Promise.promise();
            socket.handler(data -> answer.tryComplete(data.toString()));
            socket.write("ping");
            return answer.future().onComplete(done -> socket.close());
        }));
    }

    boolean alive(String pidFile) {
        try {
            String pid = Files.readString(code.resolve(pidFile)).strip();
            return !Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
        } catch (IOException gone) {
            return false;
        }
    }

    int starts() {
        return (int) meters.get("polyfn.worker.starts").functionCounter().count();
    }

    int restarts() {
        return (int) meters.get("polyfn.worker.restarts").functionCounter().count();
    }

    static SocketAddress listening(Worker ready) {
        return ((WorkerAddress.Listening) ready.address()).address();
    }

    /** @param open what comes of {@link WorkerLinks#open} */
    record NoLinks(Future<Void> open) implements WorkerLinks {

        @Override
        public Link to(WorkerAddress address, Future<WorkerExit> exited) {
            return new NoLink();
        }

        @Override
        public void close() {}
    }

    /** A link that no test here uses. */
    static final class NoLink implements Link {
        @Override
        public Exchange forward(ForwardRequest request, Caller caller, ResponseObserver observer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<HookResponse> call(Hook hook, MultiMap headers) {
            throw new UnsupportedOperationException();
        }
    }
}
