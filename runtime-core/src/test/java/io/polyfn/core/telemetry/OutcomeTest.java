package io.polyfn.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutcomeTest {
    @Test
    void successIsTheOnlyOutcomeWithoutAReason() {
        assertThat(Outcome.SUCCESS.succeeded()).isTrue();
        assertThat(Outcome.SUCCESS.code()).isEqualTo("success");
        assertThat(Outcome.SUCCESS.fromFunction()).isTrue();
        assertThat(Outcome.SUCCESS.unhandled()).isFalse();
    }

    @Test
    void aFunctionsErrorHasItsStatusAsReason() {
        Outcome outcome = Outcome.functionError(true, "the function responded with status 503");

        assertThat(outcome.succeeded()).isFalse();
        assertThat(outcome.code()).isEqualTo("FunctionError");
        assertThat(outcome.fromFunction()).isTrue();
        assertThat(outcome.unhandled()).isTrue();
        assertThat(outcome.reason()).contains("503");
        assertThat(Outcome.functionError(false, "the function responded with status 503")
                        .unhandled())
                .isFalse();
    }
}
