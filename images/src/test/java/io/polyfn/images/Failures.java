package io.polyfn.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.assertj.core.api.AbstractStringAssert;

/** How a failed event looks to its caller. */
final class Failures {

    private Failures() {}

    /** Checks the head, and gives the body to check the words in it. */
    static AbstractStringAssert<?> assertThatFailure(HttpResponse<String> answer, String code) {
        assertThat(answer.headers().firstValue("x-polyfn-failure"))
                .as("failure of %s", answer.body())
                .hasValue(code);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("x-fc-status")).hasValue("404");
        return assertThat(answer.body());
    }
}
