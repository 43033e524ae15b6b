package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replaces running containers one by one under load, in the order and with the times of the Deployment: a new one, ready, gets traffic;
 * then the old one is told to stop, at the same time as its endpoint is taken away. That reaches the traffic later, here after a
 * second, well within the drain delay that is there for it. The model has Docker's published ports for a network, and one balancer
 * instead of one on each node.
 */
class RollingReplacementIT {
    private static final int PODS = 2;
    private static final int CALLERS = 8;
    private static final Duration ENDPOINTS_LAG = Duration.ofSeconds(1);

    private final Balancer balancer = new Balancer();
    private final Deque<Pod> running = new ArrayDeque<>();
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!toClose.isEmpty()) {
            toClose.pop().close();
        }
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#withExample")
    void noInvocationOfAnExampleIsLost(Language language) throws Exception {
        assertNothingIsLost(toBeClosed(FunctionImage.of(language)), PodRules.of(language), false);
    }

    @Test
    void noSlowInvocationIsLostWhileSomeAreAlwaysUnderWay() throws Exception {
        assertNothingIsLost(toBeClosed(FunctionImage.nodejs("slow")), PodRules.of(new Language("nodejs")), true);
    }

    /** The count of what is lost would be worth nothing if it were always 0. */
    @Test
    void invocationsAreLostWhenAContainerIsKilled() throws Exception {
        startPods(toBeClosed(FunctionImage.nodejs("slow")), PodRules.of(new Language("nodejs")));
        try (var load = Load.start(CALLERS, balancer, String::equals)) {
            await().atMost(Duration.ofSeconds(20)).until(() -> load.answered() > 4 * CALLERS);

            var old = running.removeFirst();
            assertThat(old.kill()).isEqualTo(137);
            balancer.remove(old.function());

            assertThat(load.stop()).isNotEmpty();
        }
    }

    private FunctionImage toBeClosed(FunctionImage image) {
        toClose.push(image);
        return image;
    }

    private void assertNothingIsLost(FunctionImage image, PodRules rules, boolean echoes) throws Exception {
        startPods(image, rules);
        try (var load = Load.start(CALLERS, balancer, (event, answer) -> !echoes || event.equals(answer))) {
            for (int pod = 0; pod < PODS; pod++) {
                int before = load.answered();
                replaceOldest(image, rules);
                await().atMost(Duration.ofSeconds(20)).until(() -> load.answered() > before + 4 * CALLERS);
            }

            assertThat(load.stop()).isEmpty();
            System.out.printf("rolling replacement of %s: %d answered, 0 lost%n", image.name(), load.answered());
        }
    }

    private void startPods(FunctionImage image, PodRules rules) {
        for (int pod = 0; pod < PODS; pod++) {
            startPod(image, rules);
        }
    }

    private void startPod(FunctionImage image, PodRules rules) {
        var pod = Pod.start(image, rules);
        toClose.push(pod);
        await().atMost(Duration.ofSeconds(60)).until(pod::ready);
        running.addLast(pod);
        balancer.add(pod.function());
    }

    private void replaceOldest(FunctionImage image, PodRules rules) throws ExecutionException, InterruptedException {
        startPod(image, rules);
        var old = running.removeFirst();
        var endpointGone = CompletableFuture.runAsync(
                () -> balancer.remove(old.function()),
                CompletableFuture.delayedExecutor(ENDPOINTS_LAG.toMillis(), TimeUnit.MILLISECONDS));

        assertThat(old.terminate().get()).as(old::log).isZero();

        endpointGone.get();
    }
}
