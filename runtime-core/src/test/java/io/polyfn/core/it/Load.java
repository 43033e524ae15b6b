package io.polyfn.core.it;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Callers that call one after the other, each on a connection of its own, until the load ends. */
final class Load {
    private static final int CALLERS = 8;

    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger served = new AtomicInteger();
    private final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> callers = new ArrayList<>();

    Load(CoreProcess core, Consumer<Wire> call) {
        int port = core.port();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    try (Wire wire = new Wire(port)) {
                        call.accept(wire);
                        served.incrementAndGet();
                    } catch (RuntimeException | AssertionError failure) {
                        failures.add(failure);
                    }
                }
            }));
        }
    }

    void awaitMore(int calls) {
        int until = served.get() + calls;
        await().atMost(Duration.ofSeconds(30)).until(() -> served.get() >= until || !failures.isEmpty());
    }

    void end() throws InterruptedException {
        over.set(true);
        for (Thread caller : callers) {
            caller.join();
        }
    }

    List<Throwable> failures() {
        return failures;
    }
}
