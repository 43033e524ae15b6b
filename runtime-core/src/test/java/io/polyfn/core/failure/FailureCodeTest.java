package io.polyfn.core.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailureCodeTest {
    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void everyCodeHasAnErrorStatus(FailureCode code) {
        assertThat(code.httpStatus()).isBetween(400, 599);
        assertThat(code.eventStatus()).isIn(404, 413);
    }

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void wireNamesAreTheConstantsInCamelCase(FailureCode code) {
        String expected = Arrays.stream(code.name().split("_", -1))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining());
        assertThat(code.wire()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "FUNCTION_ERROR, 500",
        "HANDLER_NOT_FOUND, 503",
        "FUNCTION_LOAD_FAILED, 503",
        "WORKER_EXITING, 503",
        "PAYLOAD_TOO_LARGE, 413",
        "BAD_REQUEST, 400",
        "INVALID_CLOUD_EVENT, 400",
        "TOO_MANY_INVOCATIONS, 429",
        "WORKER_EXITED, 502",
        "BAD_WORKER_ANSWER, 502",
        "WORKER_START_FAILED, 503",
        "CALLER_LEFT, 499",
        "DRAINING, 503",
        "DEADLINE_EXCEEDED, 504"
    })
    void theStatusIsTheOneThatTheContractPromises(FailureCode code, int status) {
        assertThat(code.httpStatus()).isEqualTo(status);
        assertThat(FailureCode.httpStatus(code.wire())).isEqualTo(status);
    }

    @Test
    void aFailureWithoutACodeIsTheFunctionsOwn() {
        assertThat(FailureCode.httpStatus(null)).isEqualTo(500);
        assertThat(FailureCode.httpStatus("Forged")).isEqualTo(500);
    }

    @Test
    void wireNamesAreUnique() {
        assertThat(FailureCode.values()).extracting(FailureCode::wire).doesNotHaveDuplicates();
    }

    @Test
    void anEventFailsWith404ButForAPayloadThatNoFunctionHasSeen() {
        assertThat(Arrays.stream(FailureCode.values()).filter(code -> code.eventStatus() != 404))
                .containsExactly(FailureCode.PAYLOAD_TOO_LARGE);
        assertThat(FailureCode.PAYLOAD_TOO_LARGE.eventStatus()).isEqualTo(413);
    }

    @Test
    void aWorkerMayReportOnlyWhatTheCoreCannotKnow() {
        assertThat(Arrays.stream(FailureCode.values())
                        .filter(code -> FailureCode.mayComeFromWorker(code.wire()))
                        .collect(Collectors.toSet()))
                .isEqualTo(Set.of(
                        FailureCode.FUNCTION_ERROR,
                        FailureCode.HANDLER_NOT_FOUND,
                        FailureCode.FUNCTION_LOAD_FAILED,
                        FailureCode.WORKER_EXITING));
    }

    @Test
    void whatIsNoCodeDoesNotPassAsOne() {
        assertThat(FailureCode.mayComeFromWorker(null)).isFalse();
        assertThat(FailureCode.mayComeFromWorker("")).isFalse();
        assertThat(FailureCode.mayComeFromWorker("functionerror")).isFalse();
        assertThat(FailureCode.mayComeFromWorker("FUNCTION_ERROR")).isFalse();
        assertThat(FailureCode.mayComeFromWorker("FunctionError, FunctionError"))
                .isFalse();
    }
}
