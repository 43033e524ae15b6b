package io.polyfn.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InvocationMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final InvocationMetrics metrics = TestMetrics.in(registry);

    @Test
    void anInvocationIsInFlightUntilItHasEnded() {
        metrics.invocationStarted();
        metrics.invocationStarted();
        assertThat(registry.get("polyfn.invocations.in.flight").gauge().value()).isEqualTo(2);

        metrics.invocationEnded("event", "success", 1);
        assertThat(registry.get("polyfn.invocations.in.flight").gauge().value()).isEqualTo(1);
    }

    @Test
    void invocationsAreTimedByKindAndOutcome() {
        metrics.invocationEnded("event", "success", TimeUnit.MILLISECONDS.toNanos(3));
        metrics.invocationEnded("event", "success", TimeUnit.MILLISECONDS.toNanos(5));
        metrics.invocationEnded("http", "DeadlineExceeded", TimeUnit.SECONDS.toNanos(1));

        var events = registry.get("polyfn.invocations")
                .tags("kind", "event", "outcome", "success")
                .timer();
        assertThat(events.count()).isEqualTo(2);
        assertThat(events.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(8);
        assertThat(registry.get("polyfn.invocations")
                        .tags("kind", "http", "outcome", "DeadlineExceeded")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aWorkersFirstStartIsNoRestart() {
        metrics.workerStarted(false);
        metrics.workerStarted(true);

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
                        "first_answer",
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
        metrics.invocationEnded("event", "success", 1);

        // "le" is the upper end of a histogram's bucket.
        assertThat(registry.getMeters())
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getKey)
                .containsOnly("kind", "outcome", "phase", "le");
    }
}
