package io.polyfn.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Knative's own queue-proxy in front of the images, both started, probed and stopped as Knative does it for deploy/knative/service.yaml.
 * What passes through it while it lasts: {@link KnativeStreamsIT}.
 */
@TestInstance(Lifecycle.PER_CLASS)
class KnativeQueueProxyIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    private final KnativePods pods = new KnativePods();

    @AfterEach
    void stopPods() {
        pods.stop();
    }

    @AfterAll
    void removeImages() {
        pods.close();
    }

    @ParameterizedTest
    @MethodSource("io.polyfn.deploy.Language#withExample")
    void anImageBecomesReadyAndGetsEvents(Language language) throws IOException {
        try (var image = FunctionImage.of(language)) {
            var function =
                    pods.start(KnativeRevision.ofManifest(), image).ready().function();

            assertThat(function.invoke("Knative").body()).startsWith("Hello");
            // The example's result is no CloudEvent, so the broker gets none.
            var event = function.request("/")
                    .header("ce-specversion", "1.0")
                    .header("ce-id", "1")
                    .header("ce-source", "/test")
                    .header("ce-type", "com.example.greeting")
                    .POST(BodyPublishers.ofString("Knative"));
            assertThat(function.send(event, SOON).statusCode()).isEqualTo(202);
            pods.stop();
        }
    }

    /** With a period of its own a probe asks once, and does not wait for the function. */
    @Test
    void aFunctionThatCannotBeLoadedIsNotReadyThoughItsPortIsOpen() {
        var revision = KnativeRevision.ofHttpFunction().with("periodSeconds: 0", "periodSeconds: 1");
        var pod = pods.start(revision, "--env=POLYFN_HANDLER=missing.handler");
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> pod.function()
                        .get("/")
                        .headers()
                        .firstValue("x-polyfn-failure")
                        .isPresent());

        assertThat(pod.probe()).isEqualTo(503);
    }

    @Test
    void aContainerConcurrencyOf1NeverBringsTwoRequestsAtOnceAndTheCoreRefusesNone() throws Exception {
        var revision = KnativeRevision.ofHttpFunction().withConcurrency(1);
        var function = pods.start(revision).ready().function();

        // The queue-proxy holds back ten more than the one.
        var answers = atOnce(10, () -> {
            var each = new ArrayDeque<String>();
            for (int request = 0; request < 50; request++) {
                var answer = function.get("/most");
                each.add(answer.statusCode() + ": " + answer.body());
            }
            return each;
        });

        assertThat(answers).flatMap(each -> each).hasSize(500).containsOnly("200: 1");
    }

    /** The two long responses take longer than the queue-proxy waits after the last request, and than the core's default grace period. */
    @Test
    void aStopUnderLoadLosesNothing() throws Exception {
        var pod = pods.start(KnativeRevision.ofHttpFunction()).ready();
        var balancer = new Balancer();
        balancer.add(pod.function());
        try (var load = Load.start(8, balancer, String::equals);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            await().atMost(Duration.ofSeconds(20)).until(() -> load.answered() > 32);
            var whole = callers.submit(() -> slow(pod, "/after?seconds=42"));
            var lines = callers.submit(() -> slow(pod, "/lines?count=42"));

            var exits = pod.terminate();
            await().atMost(Duration.ofSeconds(10)).until(() -> pod.probe() == 503);
            int before = load.answered();
            await().atMost(Duration.ofSeconds(20)).until(() -> load.answered() > before + 32);

            assertThat(load.stop()).as(pod::log).isEmpty();
            assertThat(whole.get()).as(pod::log).isEqualTo("whole");
            assertThat(lines.get().lines()).as(pod::log).containsExactlyElementsOf(numbers(42));
            assertThat(exits.get()).as(pod::log).isEqualTo(new KnativePod.Exits(0, 0));
            System.out.printf("stop behind the queue-proxy: %d answered, 0 lost%n", load.answered() + 2);
        }
    }

    private static String slow(KnativePod pod, String path) throws IOException {
        var function = pod.function();
        return function.send(function.request(path), Duration.ofMinutes(1)).body();
    }

    private static List<String> numbers(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList();
    }

    private static <T> Collection<T> atOnce(int count, Callable<T> request) throws InterruptedException {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, count).mapToObj(_ -> request).toList();
            return callers.invokeAll(all).stream().map(Future::resultNow).toList();
        }
    }
}
