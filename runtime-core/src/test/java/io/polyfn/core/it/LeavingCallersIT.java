package io.polyfn.core.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Callers that leave in the middle of what they send cost the core no memory. */
class LeavingCallersIT {
    private static final int CALLERS = 120;

    @RegisterExtension
    static final Cores CORES = Cores.forEachTest();

    @Test
    void manyUploadsThatAreResetAtOnceDoNotEndTheCore() throws InterruptedException {
        CoreProcess core = CORES.start("answers.js");
        AtomicLong sent = new AtomicLong();
        List<Wire> callers = Stream.generate(core::connect).limit(CALLERS).toList();
        for (Wire caller : callers) {
            caller.head("PUT", "/never?head", "Content-Length: 300000000");
            assertThat(caller.readHead().status()).isEqualTo(200);
        }
        callers.forEach(caller -> Thread.ofPlatform().daemon().start(() -> sendUntilItBreaks(caller, sent)));
        awaitStandstill(sent);

        callers.forEach(Wire::leave);

        assertThat(core.call("PUT", "/up", new byte[100_000]).text()).isEqualTo("100000");
        CoreProcess.say(CALLERS + " resets with " + sent.get() / 1_000_000 + " MB under way: resident "
                + core.residentKilobytes() / 1024 + " MiB");
    }

    /** The worker reads nothing, so after a while every buffer on the way is full. */
    private static void awaitStandstill(AtomicLong sent) throws InterruptedException {
        long before = -1;
        while (sent.get() != before) {
            before = sent.get();
            Thread.sleep(1000);
        }
    }

    private static void sendUntilItBreaks(Wire caller, AtomicLong sent) {
        byte[] block = new byte[64 * 1024];
        try {
            while (true) {
                caller.send(block);
                sent.addAndGet(block.length);
            }
        } catch (UncheckedIOException left) {
            // The test closes the connection under this.
        }
    }
}
