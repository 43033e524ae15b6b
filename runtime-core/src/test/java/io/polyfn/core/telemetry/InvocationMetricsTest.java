package io.polyfn.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InvocationMetricsTest {
    private static final Outcome DEADLINE = new Outcome("DeadlineExceeded", false, true, "too late");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InvocationMetrics metrics = TestMetrics.in(registry);

    @Test
    void anInvocationIsInFlightUntilItHasEnded() {
        Call call = call("event");
        metrics.started(call);
        metrics.started(call("event"));
        assertThat(registry.get("polyfn.invocations.in.flight").gauge().value()).isEqualTo(2);

        metrics.ended(call, Outcome.SUCCESS);
        assertThat(registry.get("polyfn.invocations.in.flight").gauge().value()).isEqualTo(1);
        assertThat(metrics.inFlight()).isEqualTo(1);
    }

    @Test
    void invocationsAreTimedByKindAndOutcome() {
        Call first = call("event");
        Call second = call("event");
        await().until(() -> first.elapsedNanos() > TimeUnit.MILLISECONDS.toNanos(30));

        metrics.ended(first, Outcome.SUCCESS);
        metrics.ended(second, Outcome.SUCCESS);
        metrics.ended(call("http"), DEADLINE);
        long most = first.elapsedNanos() + second.elapsedNanos();

        var events = registry.get("polyfn.invocations")
                .tags("kind", "event", "outcome", "success")
                .timer();
        assertThat(events.count()).isEqualTo(2);
        assertThat(events.totalTime(TimeUnit.NANOSECONDS))
                .isBetween((double) TimeUnit.MILLISECONDS.toNanos(30), (double) most);
        assertThat(registry.get("polyfn.invocations")
                        .tags("kind", "http", "outcome", "DeadlineExceeded")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void invocationsBeforeThereIsARegistryAreCountedInIt() {
        InvocationMetrics early = new InvocationMetrics(1);
        Call call = call("event");
        early.started(call);
        early.ended(call, Outcome.SUCCESS);
        SimpleMeterRegistry late = new SimpleMeterRegistry();

        early.register(late);
        early.ended(call("event"), Outcome.SUCCESS);

        assertThat(late.get("polyfn.invocations")
                        .tags("kind", "event", "outcome", "success")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    /** The control plane may fail to start, and its registry never come. */
    @Test
    void invocationsWithoutARegistryDoNotFillTheMemory() {
        InvocationMetrics early = new InvocationMetrics(1);
        for (int i = 0; i < InvocationMetrics.MOST_EARLY + 100; i++) {
            early.ended(call("event"), Outcome.SUCCESS);
        }
        SimpleMeterRegistry late = new SimpleMeterRegistry();

        early.register(late);

        assertThat(late.get("polyfn.invocations").timer().count()).isEqualTo(InvocationMetrics.MOST_EARLY);
    }

    @Test
    void aWorkersFirstStartIsNoRestart() {
        metrics.workerStarted(1, false);
        metrics.workerStarted(1, true);

        assertThat(registry.get("polyfn.worker.starts").functionCounter().count())
                .isEqualTo(2);
        assertThat(registry.get("polyfn.worker.restarts").functionCounter().count())
                .isEqualTo(1);
    }

    @Test
    void everyPhaseOfTheStartHasAGauge() {
        assertThat(registry.find("polyfn.start").meters())
                .extracting(Meter::getId)
                .extracting(id -> id.getTag("phase"))
                .containsExactlyInAnyOrder(
                        "jvm_started",
                        "worker_started",
                        "core_started",
                        "worker_ready",
                        "port_open",
                        "first_response",
                        "quarkus_started");
    }

    @Test
    void aPhaseIsNotedOnceAndMeasuredFromTheStartOfTheProcess() {
        StartTimeline.reached(StartTimeline.Phase.JVM_STARTED);
        long first = StartTimeline.millisTo(StartTimeline.Phase.JVM_STARTED);
        StartTimeline.reached(StartTimeline.Phase.JVM_STARTED);

        assertThat(first).isPositive();
        assertThat(StartTimeline.millisTo(StartTimeline.Phase.JVM_STARTED)).isEqualTo(first);
        assertThat(StartTimeline.describe()).contains("jvm_started " + first + " ms");
    }

    @Test
    void metersHaveNoTagWithoutAnEndOfValues() {
        metrics.ended(call("event"), Outcome.SUCCESS);

        // "le" is the upper end of a histogram's bucket.
        assertThat(registry.getMeters())
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getKey)
                .containsOnly("kind", "outcome", "phase", "le");
    }

    @Test
    void severalWorkersHaveMetersOfTheirOwn() {
        InvocationMetrics ofTwo = new InvocationMetrics(2);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        ofTwo.register(meters);
        ofTwo.workerStarted(1, false);
        ofTwo.workerStarted(2, false);
        ofTwo.workerStarted(2, true);

        assertThat(meters.get("polyfn.worker.starts")
                        .tag("worker", "1")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("polyfn.worker.starts")
                        .tag("worker", "2")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
        assertThat(meters.get("polyfn.worker.restarts")
                        .tag("worker", "2")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
    }

    private static Call call(String kind) {
        return new Call("id", kind, "Invoke", "/", null);
    }
}
