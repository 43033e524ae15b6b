package io.polyfn.deploy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/** Callers that invoke one after the other until they are told to stop, and write down every invocation that was lost. */
final class Load implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(2);

    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> lost = new ConcurrentLinkedQueue<>();
    private final Balancer balancer;
    private final BiPredicate<String, String> right;
    private final long end = System.nanoTime() + LONGEST.toNanos();
    private volatile boolean stopped;

    private Load(Balancer balancer, BiPredicate<String, String> right) {
        this.balancer = balancer;
        this.right = right;
    }

    /** @param right whether an answer belongs to its event */
    static Load start(int callers, Balancer balancer, BiPredicate<String, String> right) {
        var load = new Load(balancer, right);
        for (int caller = 0; caller < callers; caller++) {
            var name = "caller " + caller;
            load.callers.execute(() -> load.call(name));
        }
        return load;
    }

    int answered() {
        return answered.get();
    }

    /** What was lost, after the last answer. */
    List<String> stop() throws InterruptedException {
        stopped = true;
        callers.shutdown();
        if (!callers.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new AssertionError("a caller still waits for an answer");
        }
        return List.copyOf(lost);
    }

    @Override
    public void close() {
        stopped = true;
        callers.shutdownNow();
    }

    private void call(String name) {
        for (int count = 0; !stopped && System.nanoTime() < end; count++) {
            var event = name + ", event " + count;
            try {
                var answer = balancer.invoke(event);
                if (answer.statusCode() == 200 && right.test(event, answer.body())) {
                    answered.incrementAndGet();
                } else {
                    lost.add(event + ": " + answer.statusCode() + " " + answer.body());
                }
            } catch (IOException e) {
                lost.add(event + ": " + e);
            }
        }
    }
}
