package io.polyfn.core.telemetry;

import io.micrometer.core.instrument.MeterRegistry;

/** Meters for the tests of other packages. */
public final class TestMetrics {
    private TestMetrics() {}

    public static InvocationMetrics in(MeterRegistry registry) {
        InvocationMetrics metrics = new InvocationMetrics(1);
        metrics.register(registry);
        return metrics;
    }
}
