package io.polyfn.core.worker;

import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a port counts as the worker's link that it was not told. Many programs serve their metrics from the first moment, and open the port
 * that they were told when they have loaded. So another port has to be the only one for a while, and for longer while the program works,
 * because then it is still starting.
 */
final class OtherPort {
    static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(10);
    /** In a time of {@link #PATIENCE}; a server without requests takes less. */
    private static final Duration AT_REST = Duration.ofMillis(50);

    private @Nullable SocketAddress address;
    private long foundNanos;
    private long sinceNanos;
    private Duration cpuSince = Duration.ZERO;

    /**
     * Takes a look into account.
     *
     * @param open the port that is open
     * @param cpu the CPU time that the worker's processes have taken so far
     * @return whether it is the link
     */
    boolean counts(SocketAddress open, Duration cpu, long nowNanos) {
        if (!open.equals(address)) {
            address = open;
            foundNanos = nowNanos;
        } else if (nowNanos - sinceNanos < PATIENCE.toNanos()) {
            return false;
        } else if (cpu.minus(cpuSince).compareTo(AT_REST) < 0 || nowNanos - foundNanos >= MOST.toNanos()) {
            return true;
        }
        sinceNanos = nowNanos;
        cpuSince = cpu;
        return false;
    }
}
