package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpEventPartsTest {
    /** Contract 8.3.2. */
    @ParameterizedTest
    @CsvSource({
        "content-type, Content-Type",
        "X-FORWARDED-FOR, X-Forwarded-For",
        "ETag, Etag",
        "x-1a--b-, X-1a--B-",
        "a, A"
    })
    void namesAreWrittenAsFcDoes(String name, String canonical) {
        assertThat(HttpEventParts.canonical(name)).isEqualTo(canonical);
    }
}
