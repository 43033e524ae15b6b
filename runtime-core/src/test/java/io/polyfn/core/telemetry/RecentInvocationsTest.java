package io.polyfn.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.polyfn.core.telemetry.RecentInvocations.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentInvocationsTest {
    private final RecentInvocations recent = new RecentInvocations();

    @Test
    void theLastHundredAreKeptNewestFirst() {
        for (int i = 0; i < 130; i++) {
            recent.ended(call("id-" + i, "/"), Outcome.SUCCESS);
        }

        assertThat(recent.entries())
                .extracting(Entry::id)
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "id-" + (129 - i)).toList());
    }

    @Test
    void aCallIsKeptWithItsOutcomeAndItsSize() {
        Instant before = Instant.now().minusMillis(1);
        Call call = new Call("id", "event", "Invoke", "/invoke", "trace");
        call.transferred(12, 34);

        recent.ended(call, new Outcome("DeadlineExceeded", false, true, "too late"));

        assertThat(recent.entries()).hasSize(1);
        Entry entry = recent.entries().getFirst();
        assertThat(entry.kind()).isEqualTo("event");
        assertThat(entry.path()).isEqualTo("/invoke");
        assertThat(entry.outcome()).isEqualTo("DeadlineExceeded");
        assertThat(entry.bytesIn()).isEqualTo(12);
        assertThat(entry.bytesOut()).isEqualTo(34);
        assertThat(entry.start()).isBetween(before, Instant.now().plusMillis(1));
        assertThat(entry.duration()).isBetween(Duration.ZERO, Duration.ofSeconds(10));
    }

    @Test
    void idsAndPathsFromOutsideAreBounded() {
        recent.ended(call("i".repeat(5000), "/" + "p".repeat(5000)), Outcome.SUCCESS);

        Entry entry = recent.entries().getFirst();
        assertThat(entry.id()).hasSize(200);
        assertThat(entry.path()).hasSize(200);
    }

    @Test
    void aListThatWasReadDoesNotChange() {
        recent.ended(call("a", "/"), Outcome.SUCCESS);
        List<Entry> read = recent.entries();

        recent.ended(call("b", "/"), Outcome.SUCCESS);

        assertThat(read).extracting(Entry::id).containsExactly("a");
    }

    private static Call call(String id, String path) {
        return new Call(id, "http", "Invoke", path, null);
    }
}
