package io.polyfn.core.link.pull;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingCallsTest {
    private final WaitingCalls<String> waiting = new WaitingCalls<>();

    @Test
    void wholeEventsGoBeforePartsThatMayStall() {
        waiting.add("part", false);
        waiting.add("first", true);
        waiting.add("second", true);

        assertThat(waiting.hasParts()).isTrue();
        assertThat(waiting.next()).isEqualTo("first");
        assertThat(waiting.next()).isEqualTo("second");
        assertThat(waiting.next()).isEqualTo("part");
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(waiting.hasParts()).isFalse();
    }

    @Test
    void whoIsNextCanBeKnownBefore() {
        assertThat(waiting.peek()).isNull();
        waiting.add("part", false);
        waiting.add("another", false);
        for (int i = 0; i < 12; i++) {
            waiting.add("whole " + i, true);
        }
        while (!waiting.isEmpty()) {
            String next = waiting.peek();
            assertThat(waiting.next()).isEqualTo(next);
        }
    }

    @Test
    void noPartWaitsForEver() {
        waiting.add("part", false);
        int overtaken = -1;
        String next;
        do {
            waiting.add("whole", true);
            next = waiting.next();
            overtaken++;
        } while (!next.equals("part"));

        assertThat(overtaken).isEqualTo(10);
    }

    @Test
    void oneThatLeavesIsNotServed() {
        waiting.add("whole", true);
        waiting.add("part", false);
        waiting.add("other", false);

        waiting.remove("whole");
        waiting.remove("part");

        assertThat(waiting.drain()).containsExactly("other");
        assertThat(waiting.isEmpty()).isTrue();
    }
}
